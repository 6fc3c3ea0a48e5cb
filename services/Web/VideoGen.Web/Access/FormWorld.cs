using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Access;

/// <summary>
/// Every form acts in the world that its page showed. The world is sealed into the form's token, and a form whose page was made in
/// the other one is refused: somebody who switched to live in one tab does not buy from an older tab that still says "Test".
/// </summary>
internal sealed class FormWorld : IAntiforgeryAdditionalDataProvider
{
    public string GetAdditionalData(HttpContext context) =>
        context.Features.Get<Visitor>() is { } visitor ? Choices.WordOf(visitor.Test) : "";

    public bool ValidateAdditionalData(HttpContext context, string additionalData)
    {
        if (context.Features.Get<Visitor>() is not { } visitor) return true;
        if (context.GetEndpoint()?.Metadata.GetMetadata<ForEitherWorld>() is not null) return true;
        var present = Choices.WordOf(visitor.Test);
        if (additionalData == present) return true;
        // A token that names no world comes from an earlier release: it is too old like any other.
        if (additionalData == Choices.WordOf(!visitor.Test)) context.Features.Set(new MadeInOtherWorld(additionalData, present));
        return false;
    }
}

/// <summary>Endpoint metadata: a form that makes and changes nothing of either world.</summary>
internal sealed class ForEitherWorld;

/// <summary>Request feature: the form's page was made in one world, and the visitor is in the other now.</summary>
internal sealed record MadeInOtherWorld(string Made, string Present)
{
    /// <summary>A page; a notice on the page that htmx sent it from; or JSON for a script that sends a file.</summary>
    public IResult Answer(HttpContext http)
    {
        var text = $"This page was made in {Made} mode; you have since switched to {Present}. Nothing was done.";
        if (FormFilter.HasTokenInHeader(http.Request))
            return Results.Json(new { error = text + " Reload the page." }, statusCode: StatusCodes.Status409Conflict);
        if (!http.Request.Headers.ContainsKey("HX-Request"))
        {
            var target = ReturnPath.Of(RefererPath(http.Request));
            return new RazorComponentResult<OtherWorldPage>(new { Text = text, Present, Target = target })
                { StatusCode = StatusCodes.Status409Conflict };
        }
        return Notice.Answer(http, text);
    }

    static string? RefererPath(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var page) ? page.AbsolutePath : null;
}
