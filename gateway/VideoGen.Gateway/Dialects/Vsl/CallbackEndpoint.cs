using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Vsl;

/// <summary>
/// <c>POST /webhook/replicate</c>: VSL's name of the native <c>/callbacks/replicate</c>, with VSL's answers. The bytes go
/// on as they came, for the signature covers them; Providers, which has the secret, judges.
/// </summary>
internal static class CallbackEndpoint
{
    public static async Task<IResult> HandleAsync(HttpRequest request, NativeApi native, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        var taken = await native.Callbacks.ForwardAsync("replicate", body.GetBuffer().AsMemory(0, (int)body.Length), request.Headers, ct);
        if (!taken.Succeeded) return taken.Refusal;
        return taken.Value.Accepted ? DialectJson.Answer(new { received = true }) : Problems.Of(ErrorCodes.Unauthorized, taken.Value.Fault);
    }
}
