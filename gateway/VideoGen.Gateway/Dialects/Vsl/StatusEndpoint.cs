using VideoGen.Gateway.Dialects.Native;
using VideoGen.Gateway.Limits;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Vsl;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary><c>GET /status/{jobId}</c>.</summary>
internal sealed class StatusEndpoint(IDialect dialect)
{
    public async Task<IResult> HandleAsync(string jobId, HttpContext context, NativeApi native, UserLimits limits, CancellationToken ct)
    {
        if (ShownId.Read(jobId) is not { } id) return VslErrors.JobNotFound();
        var job = await native.Jobs.GetAsync(id, ct);
        if (!job.Succeeded) return job.RefusalOr(VslErrors.JobNotFound());

        var accountId = context.Features.Get<Caller>()!.AccountId;
        // A read goes on without the user's figures when nobody can tell them; the account's stand there then.
        if (VslUser.Of(job.Value) is { } user && await limits.LookAsync(accountId, user, ct) is { } usage) LimitHeaders.Show(context, usage);
        return DialectJson.Answer(VslJob.ShapeOf(job.Value, await NameOfAsync(job.Value.Model, native, ct), accountId));
    }

    /// <summary>A model that VSL does not know, or that has left the catalogue, goes by its own name.</summary>
    async Task<string> NameOfAsync(string slug, NativeApi native, CancellationToken ct)
    {
        var catalog = await native.Models.GetAsync(ct);
        return catalog.Succeeded && catalog.Value.ListedBy(dialect).FirstOrDefault(one => one.Model.Slug == slug).Name is { } name ? name : slug;
    }
}
