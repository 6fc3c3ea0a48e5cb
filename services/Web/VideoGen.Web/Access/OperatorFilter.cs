using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Monitor;

namespace VideoGen.Web.Access;

/// <summary>Lets operators in, and everybody where the monitor is open. A page sends others to the sign-in; a part of a page answers 401.</summary>
internal sealed class OperatorFilter(IOptions<MonitorOptions> options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (options.Value.Open || http.Features.Get<Visitor>() is { IsOperator: true }) return await next(context);
        if (http.Features.Get<Visitor>() is not null) return Problems.Of(ErrorCodes.Forbidden,
            "Only operators may see the whole system's jobs.");
        return SignInFirst.Answer(http);
    }
}
