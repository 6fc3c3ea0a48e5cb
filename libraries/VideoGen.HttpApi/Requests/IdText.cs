using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// The one form of an id: a UUID with dashes and nothing around it. Braces, parentheses and a missing dash make another text.
/// </summary>
public static class IdText
{
    public const string Rule = "must be a UUID";

    const int Length = 36;

    /// <remarks>The framework's own reading would pass over blanks around the id.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out Guid id)
    {
        id = default;
        return text.Length == Length && Guid.TryParseExact(text, "D", out id);
    }
}

/// <summary>Stands for <c>{id:guid}</c> in every route: a path with another text in that place is no route, and answered 404.</summary>
public sealed class IdConstraint : GuidRouteConstraint, IRouteConstraint
{
    bool IRouteConstraint.Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values,
        RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && (value is Guid || (value is string text && IdText.TryParse(text, out _)));
}
