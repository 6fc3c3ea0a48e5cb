using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace VideoGen.Accounts.Requests;

/// <summary>Writes into the API's description what <see cref="ListQuery"/> and headers read, which reflection can't see.</summary>
internal static class DescribedParameters
{
    /// <summary>A list: <c>limit</c>, <c>cursor</c> and the filters named.</summary>
    public static RouteHandlerBuilder DescribesList(this RouteHandlerBuilder route, params (string Name, string Description, IReadOnlyList<string>? Values)[] filters) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            foreach (var (name, description, values) in filters) operation.Parameters.Add(Query(name, description, Text(values)));
            operation.Parameters.Add(Query("limit", "Entries a page, 1 to 100.",
                new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = JsonValue.Create(20) }));
            operation.Parameters.Add(Query("cursor", "next_cursor of the page before.", Text(values: null)));
            return Task.CompletedTask;
        });

    /// <summary>An optional <c>Idempotency-Key</c>.</summary>
    public static RouteHandlerBuilder DescribesIdempotencyKey(this RouteHandlerBuilder route) => route.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "Idempotency-Key",
            In = ParameterLocation.Header,
            Description = "1 to 255 visible ASCII characters. The same key and body again answers what was done the first time.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
        });
        return Task.CompletedTask;
    });

    static OpenApiParameter Query(string name, string description, OpenApiSchema schema) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    static OpenApiSchema Text(IReadOnlyList<string>? values) => new()
    {
        Type = JsonSchemaType.String,
        Enum = values is null ? null : [.. values.Select(value => JsonValue.Create(value))],
    };
}
