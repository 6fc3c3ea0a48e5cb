using Microsoft.AspNetCore.Http.HttpResults;

namespace VideoGen.Web.Layout;

/// <summary>What htmx shows above the page, wherever on it the request came from: the page has to be loaded anew.</summary>
internal static class Notice
{
    public static IResult Answer(HttpContext http, string text)
    {
        http.Response.Headers["HX-Retarget"] = "#notice";
        http.Response.Headers["HX-Reswap"] = "innerHTML";
        return new RazorComponentResult<NoticePart>(new { Text = text }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
    }
}
