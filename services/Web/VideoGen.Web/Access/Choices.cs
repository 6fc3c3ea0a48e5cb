using VideoGen.HttpApi.Errors;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Access;

/// <summary>What a person chose for all pages: test or live, dark or light. Kept in cookies that prove nothing.</summary>
internal static class Choices
{
    const string WorldCookie = "videogen-world";
    const string ThemeCookie = "videogen-theme";
    const string Test = "test";

    static readonly string[] Themes = ["dark", "light"];

    public static bool IsTest(HttpRequest request) => request.Cookies[WorldCookie] == Test;

    /// <summary><c>dark</c> or <c>light</c>; null for what the system says.</summary>
    public static string? ThemeOf(HttpRequest? request) => Themes.FirstOrDefault(theme => theme == request?.Cookies[ThemeCookie]);

    public static async Task<IResult> ChooseWorldAsync(HttpContext context, PageOptions page) =>
        await ChooseAsync(context, page, WorldCookie, [Test, "live"]);

    public static async Task<IResult> ChooseThemeAsync(HttpContext context, PageOptions page) =>
        await ChooseAsync(context, page, ThemeCookie, [.. Themes, "system"]);

    static async Task<IResult> ChooseAsync(HttpContext context, PageOptions page, string cookie, string[] allowed)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var wish = form["to"].ToString();
        if (!allowed.Contains(wish, StringComparer.Ordinal)) return Problems.OfField("to", "must be one of " + string.Join(", ", allowed));
        context.Response.Cookies.Append(cookie, wish, new CookieOptions
        {
            Path = "/",
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = page.IsSecure,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
        });
        return Results.Redirect(ReturnPath.Of(form["return"]));
    }
}
