using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;

namespace VideoGen.HttpApi.Description;

/// <summary>What a route says of itself in the API's description, beyond what its signature tells.</summary>
public static class DescriptionExtensions
{
    /// <summary>The statuses with which the route itself refuses; the gateway adds its own.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(
            [.. statuses.Select(status => new ProducesResponseTypeMetadata(status, typeof(Problem), [Problems.ContentType]))]);

    /// <summary>An answer that is not JSON.</summary>
    /// <param name="mediaType">May be a range, such as <c>video/*</c>.</param>
    /// <param name="isText">False for bytes.</param>
    public static TBuilder Sends<TBuilder>(this TBuilder builder, int status, string mediaType, bool isText = false)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ProducesResponseTypeMetadata(status)).DescribedBy(operation =>
        {
            var schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = isText ? null : "binary" };
            AnswerOf(operation, status).Content =
                new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [mediaType] = new() { Schema = schema } };
        });

    /// <summary>Several answers without a body.</summary>
    /// <param name="statuses">
    /// A range, such as <c>3XX</c>. Generators of clients take a single one, 304 say, for an operation that never has a body.
    /// </param>
    public static TBuilder AnswersWithoutBody<TBuilder>(this TBuilder builder, string statuses, string description)
        where TBuilder : IEndpointConventionBuilder => builder.DescribedBy(operation =>
        {
            operation.Responses ??= new OpenApiResponses();
            operation.Responses[statuses] = new OpenApiResponse { Description = description };
        });

    /// <summary>What a part of the path names; of a group, for those of its routes that have it.</summary>
    public static TBuilder NamesInPath<TBuilder>(this TBuilder builder, string name, string description)
        where TBuilder : IEndpointConventionBuilder => builder.DescribedBy(operation =>
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
                if (parameter.In == ParameterLocation.Path && parameter.Name == name) parameter.Description = description;
        });

    /// <summary>A header that the route reads.</summary>
    public static TBuilder TakesHeader<TBuilder>(this TBuilder builder, string name, string description, OpenApiSchema? schema = null)
        where TBuilder : IEndpointConventionBuilder => builder.DescribedBy(operation =>
        {
            operation.Parameters ??= [];
            foreach (var bound in operation.Parameters.Where(one => one.Name == name).ToArray()) operation.Parameters.Remove(bound);
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Header,
                Description = description,
                Schema = schema ?? new OpenApiSchema { Type = JsonSchemaType.String },
            });
        });

    /// <summary>An optional <c>Idempotency-Key</c>.</summary>
    public static TBuilder TakesIdempotencyKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.TakesHeader(IdempotencyKeyHeader.Name,
            "1 to 255 visible ASCII characters. The same key and body again answers what was done the first time.",
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKeyHeader.MaxLength });

    /// <summary>A header of an answer.</summary>
    public static TBuilder ShowsHeader<TBuilder>(this TBuilder builder, int status, string name, string description)
        where TBuilder : IEndpointConventionBuilder => builder.DescribedBy(operation =>
        {
            var answer = AnswerOf(operation, status);
            answer.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            var text = new OpenApiSchema { Type = JsonSchemaType.String };
            answer.Headers[name] = new OpenApiHeader { Description = description, Schema = text };
        });

    /// <summary>An example of the body that the route takes.</summary>
    /// <param name="json">As a client would send it.</param>
    public static TBuilder WithBodyExample<TBuilder>(this TBuilder builder, string json) where TBuilder : IEndpointConventionBuilder =>
        builder.DescribedBy(operation =>
        {
            if (operation.RequestBody?.Content?.TryGetValue("application/json", out var content) == true)
                content.Example = JsonNode.Parse(json);
        });

    /// <summary>A route for GET and HEAD: two operations, of which the second has no body.</summary>
    /// <param name="name">Of the second; two of one name are none to a generator of clients.</param>
    public static TBuilder DescribesHead<TBuilder>(this TBuilder builder, string name) where TBuilder : IEndpointConventionBuilder =>
        builder.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            if (!HttpMethods.IsHead(context.Description.HttpMethod ?? "")) return Task.CompletedTask;
            operation.OperationId = name;
            foreach (var answer in operation.Responses?.Values.OfType<OpenApiResponse>() ?? []) answer.Content = null;
            return Task.CompletedTask;
        });

    static TBuilder DescribedBy<TBuilder>(this TBuilder builder, Action<OpenApiOperation> describe)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            describe(operation);
            return Task.CompletedTask;
        });

    static OpenApiResponse AnswerOf(OpenApiOperation operation, int status)
    {
        operation.Responses ??= new OpenApiResponses();
        var key = status.ToString(CultureInfo.InvariantCulture);
        if (operation.Responses.TryGetValue(key, out var known) && known is OpenApiResponse answer) return answer;
        var added = new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(status) };
        operation.Responses[key] = added;
        return added;
    }
}
