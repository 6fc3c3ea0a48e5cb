using VideoGen.HttpApi.Errors;
using VideoGen.Web.Layout;

namespace VideoGen.Web.Access;

/// <summary>What a person chose for all pages: test or live, dark or light. Kept in cookies that prove nothing.</summary>
internal static class Choices
{
    const string WorldName = "videogen-world";
    const string ThemeCookie = "videogen-theme";
    const string Test = "test";
    const string Live = "live";

    static readonly string[] Themes = ["dark", "light"];

    public static bool IsTest(HttpRequest request, PageOptions page) => request.Cookies[WorldCookie(page)] == Test;

    /// <summary>The world as the pages call it.</summary>
    public static string WordOf(bool test) => test ? Test : Live;

    /// <summary><c>dark</c> or <c>light</c>; null for what the system says.</summary>
    public static string? ThemeOf(HttpRequest? request) => Themes.FirstOrDefault(theme => theme == request?.Cookies[ThemeCookie]);

    public static async Task<IResult> ChooseWorldAsync(HttpContext context, PageOptions page) =>
        await ChooseAsync(context, page, WorldCookie(page), [Test, Live]);

    /// <summary>Who signs in next begins in the live world.</summary>
    public static void ForgetWorld(HttpContext context, PageOptions page) =>
        context.Response.Cookies.Delete(WorldCookie(page), OptionsOf(page));

    public static async Task<IResult> ChooseThemeAsync(HttpContext context, PageOptions page) =>
        await ChooseAsync(context, page, ThemeCookie, [.. Themes, "system"]);

    static async Task<IResult> ChooseAsync(HttpContext context, PageOptions page, string cookie, string[] allowed)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var wish = form["to"].ToString();
        if (!allowed.Contains(wish, StringComparer.Ordinal)) return Problems.OfField("to", "must be one of " + string.Join(", ", allowed));
        var options = OptionsOf(page);
        options.MaxAge = TimeSpan.FromDays(365);
        context.Response.Cookies.Append(cookie, wish, options);
        return Results.Redirect(ReturnPath.Of(form["return"]));
    }

    /// <summary>Bound to this host over TLS, as the sign-in is: no neighbour may choose in which world somebody buys.</summary>
    static string WorldCookie(PageOptions page) => SessionCookie.NameOf(WorldName, page);

    static CookieOptions OptionsOf(PageOptions page) =>
        new() { Path = "/", HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = page.IsSecure, IsEssential = true };
}
