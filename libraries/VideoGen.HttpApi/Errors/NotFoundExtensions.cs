using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace VideoGen.HttpApi.Errors;

/// <summary>The answer of a read: the resource, or 404. Someone else's row is answered like a missing one, so both are null here.</summary>
public static class NotFoundExtensions
{
    /// <param name="found">Null for a resource that is not there.</param>
    /// <param name="view">The resource as the API shows it.</param>
    /// <param name="detail">The sentence of the 404; the code's title when null.</param>
    public static Results<Ok<TView>, ProblemAnswer> OrNotFound<TFound, TView>(this TFound? found, Func<TFound, TView> view, string? detail = null)
        where TFound : class => found is null ? Problems.Of(ErrorCodes.NotFound, detail) : TypedResults.Ok(view(found));
}
