using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VideoGen.HttpApi.Errors;

namespace VideoGen.ServiceDefaults.Callers;

/// <summary>
/// Lets nobody in without a caller token: <c>/internal</c> for any of our processes, <c>/admin</c> for operators,
/// everything else for a caller. Endpoints that serve the public without a caller say so with <see cref="OpenToPublic"/>.
/// </summary>
public sealed class CallerMiddleware(RequestDelegate next, CallerToken tokens)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var verdict = await tokens.VerifyAsync(context.Request.Headers[CallerToken.Header]);
        if (verdict.Caller is { } caller) context.Features.Set(caller);

        await AnswerAsync(context, verdict);
    }

    Task AnswerAsync(HttpContext context, CallerTokenVerdict verdict)
    {
        var endpoint = context.GetEndpoint();
        // What is no route is routing's own refusal (405, 415): it gives nothing away.
        if (endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<OpenToPublic>() is not null) return next(context);
        if (!verdict.IsValid) return Refuse(context, ErrorCodes.Unauthorized);
        if (context.Request.Path.StartsWithSegments("/internal")) return next(context);
        if (verdict.Caller is null) return Refuse(context, ErrorCodes.Unauthorized);
        if (context.Request.Path.StartsWithSegments("/admin") && !verdict.Caller.IsOperator) return Refuse(context, ErrorCodes.NotFound);
        if (endpoint.Metadata.GetMetadata<RequiredScope>() is { } required && !verdict.Caller.May(required.Scope))
            return Problems.WriteAsync(context, Problems.Describe(ErrorCodes.Forbidden, $"This credential lacks the scope {required.Scope}."));
        return next(context);
    }

    static Task Refuse(HttpContext context, ErrorCode code) => Problems.WriteAsync(context, Problems.Describe(code));
}

/// <summary>Endpoint metadata: no caller is needed.</summary>
public sealed class OpenToPublic;

/// <summary>Endpoint metadata: the caller's credential must carry this scope.</summary>
public sealed record RequiredScope(string Scope);
