using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Requests;

/// <summary>Endpoint metadata: the names that the route takes in its query. A route without it takes none.</summary>
public sealed record TakesQuery(IReadOnlyList<QueryParameter> Parameters);

/// <summary>Endpoint metadata: the route reads a body itself. A route with neither this nor <c>Accepts</c> takes none.</summary>
public sealed record TakesBody;

/// <summary>Endpoint metadata: whatever comes is the business of the route alone: a vendor's callback, a probe of the health.</summary>
public sealed record TakesAnything;

/// <summary>
/// What holds for every route of every API, so that none takes in silence what it does not know: names in the query (unknown,
/// doubled, empty, not UTF-8, of a wrong form), encoded bodies, and bodies where none is taken. Every fault is in the one answer.
/// </summary>
public sealed class RequestRules(RequestDelegate next)
{
    /// <summary>The member of the refusal that names the encoding.</summary>
    public const string EncodingFact = "content_encoding";

    /// <summary>A body that is not taken is read no further than this.</summary>
    const int MaxStrayBytes = 64 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        if (await RefusalAsync(context) is { } refusal) await refusal.ExecuteAsync(context);
        else await next(context);
    }

    static async Task<ProblemAnswer?> RefusalAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint) return null; // Routing's own refusal comes.
        if (endpoint.Metadata.GetMetadata<TakesAnything>() is not null) return null;
        if (EncodingRefusal(context) is { } encoded) return encoded;
        var faults = new Faults();
        CheckQuery(context.Request.QueryString.Value ?? "", endpoint.Metadata.GetMetadata<TakesQuery>()?.Parameters ?? [], faults);
        if (!Takes(endpoint) && await StrayBodyAsync(context, faults) is { } refusal) return refusal;
        return faults.Answer();
    }

    /// <summary>No encoding of a body is understood: what is small when it comes could inflate to any size.</summary>
    public static ProblemAnswer? EncodingRefusal(HttpContext context)
    {
        var encodings = context.Request.Headers.ContentEncoding.ToString();
        if (encodings.Length == 0
            || encodings.Split(',').All(one => one.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase))) return null;
        context.Response.Headers.AcceptEncoding = "identity";
        return Problems.Of(ErrorCodes.UnsupportedMediaType,
            $"Content-Encoding {Faults.Shown(encodings)} is not supported; send the body as it is.",
            facts: new Dictionary<string, object?> { [EncodingFact] = Faults.Shown(encodings) });
    }

    /// <summary>Adds what is wrong with a query, by its names.</summary>
    public static void CheckQuery(string query, IReadOnlyList<QueryParameter> known, Faults faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in QueryText.PairsOf(query.StartsWith('?') ? query[1..] : query))
        {
            if (name is null) faults.Add("query", "must be valid UTF-8");
            else if (known.FirstOrDefault(one => one.Takes(name)) is not { } parameter)
                faults.Add(Faults.Shown(name), known.Count == 0 ? "is not a parameter here; there are none"
                    : $"is not a parameter here; known are: {string.Join(", ", known.Select(one => one.ShownName))}");
            else if (!seen.Add(name) && !parameter.IsList) faults.Add(Faults.Shown(name), "is given twice");
            else if (value is null) faults.Add(Faults.Shown(name), "must be valid UTF-8");
            else if (name.Contains('\0') || value.Contains('\0')) faults.Add(Faults.Shown(name), "must not contain the NUL character");
            else if (parameter.KeyFault(name) is { } inKey) faults.Add(Faults.Shown(name), inKey);
            else if (parameter.Fault(value) is { } fault) faults.Add(Faults.Shown(name), fault);
        }
        foreach (var missing in known.Where(one => one.IsRequired && !seen.Contains(one.Name)))
            faults.Add(missing.Name, "is required: " + missing.Fault(""));
    }

    static bool Takes(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<TakesBody>() is not null || endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null;

    /// <summary>
    /// Adds the members of a body that the route does not take. Nothing and the empty object are what clients send without thinking,
    /// often as a form.
    /// </summary>
    static async Task<ProblemAnswer?> StrayBodyAsync(HttpContext context, Faults faults)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true) return null;
        var (_, root, refusal) = await JsonBody.ReadAsync(context.Request, MaxStrayBytes, context.RequestAborted, ofAnyType: true);
        if (refusal is not null) return refusal;
        foreach (var member in root.EnumerateObject())
            faults.Add(Faults.Shown(member.Name), "is not a field here; this route takes no body");
        return null;
    }
}

public static class RequestRulesExtensions
{
    /// <summary>The rules for all routes behind it; after routing and identification.</summary>
    public static IApplicationBuilder UseRequestRules(this IApplicationBuilder app) => app.UseMiddleware<RequestRules>();

    /// <summary>The names that a route takes in its query, for <see cref="RequestRules"/> and for the API's description.</summary>
    public static TBuilder TakesQuery<TBuilder>(this TBuilder builder, params QueryParameter[] parameters)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new TakesQuery(parameters)).AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            foreach (var one in parameters) operation.Parameters.Add(Described(one));
            return Task.CompletedTask;
        });

    static OpenApiParameter Described(QueryParameter one)
    {
        var described = new OpenApiParameter
        {
            Name = one.Name, In = ParameterLocation.Query, Description = one.Description, Required = one.IsRequired, Schema = one.Schema(),
        };
        if (!one.IsMap) return described;
        described.Style = ParameterStyle.DeepObject;
        described.Explode = true;
        return described;
    }

    /// <summary>The route reads its body itself.</summary>
    public static TBuilder TakesBody<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new TakesBody());

    /// <summary>The rules do not hold for this route.</summary>
    public static TBuilder TakesAnything<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new TakesAnything());
}
