using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// An <c>Idempotency-Key</c> that no header of ours may carry on is refused by its name, for a client that sends one means it.
/// </summary>
internal sealed class IdempotencyKeyMiddleware(RequestDelegate next)
{
    const string Header = "Idempotency-Key";

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers[Header].Any(value => value?.Any(c => c is < ' ' or > '~') == true)
            ? Problems.OfField(Header, "must be 1 to 255 visible ASCII characters, once, bare or in double quotes").ExecuteAsync(context)
            : next(context);
}
