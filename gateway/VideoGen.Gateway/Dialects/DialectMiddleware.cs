using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects;

/// <summary>
/// Tells which API a request speaks to, before anything else can go wrong with it: by path prefix, or by host name or port,
/// where the prefix falls away for the client and is put back here.
/// </summary>
internal sealed class DialectMiddleware(RequestDelegate next, DialectMounts mounts)
{
    public Task InvokeAsync(HttpContext context)
    {
        mounts.Claim(context);
        return next(context);
    }
}

internal sealed record DialectMounts(IReadOnlyList<DialectMount> All)
{
    public static DialectMounts Of(IEnumerable<IDialect> dialects, IOptionsMonitor<DialectOptions> options) =>
        new([.. dialects.Select(dialect => new DialectMount(dialect, options.Get(dialect.Section)))]);

    /// <summary>Makes the request a dialect's own, if it is one's.</summary>
    public void Claim(HttpContext context)
    {
        if (FindOwner(context) is not { } owner) return;
        var isPrefixed = context.Request.Path.StartsWithSegments(owner.Prefix);
        if (!isPrefixed) context.Request.Path = owner.Prefix + context.Request.Path;
        var request = new DialectRequest(owner, isPrefixed ? owner.Prefix.Value! : "");
        context.Features.Set(request);
        context.Features.Set<IProblemWriter>(request);
    }

    DialectMount? FindOwner(HttpContext context)
    {
        foreach (var mount in All)
            if (mount.OwnsAddressOf(context)) return mount.IsPage(context.Request.Path) ? null : mount;
        foreach (var mount in All)
            if (context.Request.Path.StartsWithSegments(mount.Prefix)) return mount;
        return null;
    }
}
