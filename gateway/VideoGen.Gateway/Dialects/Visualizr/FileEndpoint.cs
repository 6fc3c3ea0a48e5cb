using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>
/// <c>GET</c> and <c>HEAD /assets/video/video_{id}.mp4</c>, <c>…_thumb.jpg</c>, <c>…_preview.gif</c>: by the signature that our links carry, or by the
/// account's key. What is missing and what is somebody else's is the same 404.
/// </summary>
internal static class FileEndpoint
{
    public static readonly QueryParameter[] Query =
    [
        QueryParameter.Text("asset", "Of a link: the file."), QueryParameter.Text("expires", "Of a link: until when it works."),
        QueryParameter.Text("signature", "Of a link."),
    ];

    public static async Task<IResult> HandleAsync(string file, HttpContext context, NativeApi native, CancellationToken ct)
    {
        if (VisualizrFile.Read(file) is not { } asked) return VisualizrErrors.VideoNotFound();
        var query = context.Request.Query;
        if (query.ContainsKey("signature"))
            return IdText.TryParse(query["asset"].ToString(), out var signed)
                ? await SendAsync(context, native, signed, asked, SignatureOf(query))
                : VisualizrErrors.VideoNotFound();

        var job = await native.Jobs.GetAsync(asked.JobId, ct);
        if (!job.Succeeded) return Shown(job.Refusal);
        return VisualizrJob.MainFileOf(job.Value) is { } main && asked.Fits(main)
            ? await SendAsync(context, native, main.Id, asked, QueryString.Empty)
            : VisualizrErrors.VideoNotFound();
    }

    static QueryString SignatureOf(IQueryCollection query) => QueryString.Create("expires", query["expires"].ToString()).Add("signature", query["signature"].ToString());

    static async Task<IResult> SendAsync(HttpContext context, NativeApi native, Guid asset, VisualizrFileName asked, QueryString query) =>
        await native.Files.SendAsync(context, asset, asked.Rendition, query) is { } refusal ? Shown(refusal) : Results.Empty;

    static ProblemAnswer Shown(ProblemAnswer refusal) => refusal.Problem.Code == ErrorCodes.NotFound.Code ? VisualizrErrors.VideoNotFound() : refusal;
}
