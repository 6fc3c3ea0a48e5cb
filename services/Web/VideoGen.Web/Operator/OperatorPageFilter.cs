using VideoGen.HttpApi.Errors;
using VideoGen.Web.Access;

namespace VideoGen.Web.Operator;

/// <summary>
/// Lets operators in, and nobody else even where the monitor is open to everybody: these pages tell of accounts and change them. It
/// comes after <see cref="VisitorFilter"/>, which leads strangers to the sign-in.
/// </summary>
internal sealed class OperatorPageFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var features = context.HttpContext.Features;
        if (features.Get<Visitor>() is not { IsOperator: true } visitor)
            return Problems.Of(ErrorCodes.Forbidden, "Only operators may see these pages. Sign in with an operator's account or key.");
        // They show the whole system, whichever world the operator's own pages show.
        var live = visitor with { Test = false };
        features.Set(live);
        features.Set(live.ToCaller());
        return await next(context);
    }
}
