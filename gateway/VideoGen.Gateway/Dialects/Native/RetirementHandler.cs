using VideoGen.HttpApi.Requests;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>
/// What an answer of ours says about the end of a model, the dialect's answer says too. The link to the successor is not shown: it leads into
/// the native API.
/// </summary>
internal sealed class RetirementHandler(IHttpContextAccessor contexts) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (contexts.HttpContext is not { Response.HasStarted: false } context) return answer;
        foreach (var name in (ReadOnlySpan<string>)[RetirementHeaders.Deprecation, RetirementHeaders.Sunset])
        {
            if (answer.Headers.TryGetValues(name, out var values)) context.Response.Headers[name] = values.ToArray();
        }

        return answer;
    }
}
