using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using VideoGen.HttpApi.Description;
using VideoGen.Jobs.Contracts;
using VideoGen.Jobs.Feed;

namespace VideoGen.Jobs.Webhooks;

/// <summary>What the API's description says of the requests that receivers get, and of the shapes around them.</summary>
internal static class WebhookDescription
{
    const string Event = "WebhookEvent";

    static readonly string[] Formats = [.. EndpointFormat.All];

    public static void AddWebhookDescription(this IServiceCollection services)
    {
        services.DescribeShape<FeedEvent>(shape => shape.Words("type", EventTypes.All).Shows<JobView>("data"));
        services.DescribeShape<CreateEndpoint>(shape => shape.Requires("url").Words("format", Formats).Words("events", Subscribable));
        services.DescribeShape<ChangeEndpoint>(shape => shape.Requires().Words("format", Formats).Words("events", Subscribable));
        services.DescribeShape<RotateSecret>(shape => shape.Requires());
        services.DescribeShape<ReplayDeliveries>(shape => shape.Requires("since").Words("status", [.. DeliveryStatus.All, "any"])
            .Words("event_type", Sent));
        services.DescribeShape<EndpointView>(shape => shape.Words("format", Formats).Words("events", Subscribable)
            .Words("disabled_reason", "customer", "gone", "failing"));
        services.DescribeShape<DeliveryView>(Delivery);
        services.DescribeShape<DeliveryDetail>(Delivery);
        services.DescribeApi(Describe);
    }

    static void Delivery(ShapeDescription shape) =>
        shape.Words("format", Formats).Words("status", DeliveryStatus.All).Words("event_type", Sent);

    static IEnumerable<string> Subscribable => [.. EventTypes.All, EndpointInput.EveryEvent];

    static IEnumerable<string> Sent => [.. EventTypes.All, EndpointTest.EventType];

    static void Describe(OpenApiDocument document)
    {
        document.AddComponent(Event, EventShape(document));
        document.Webhooks = new Dictionary<string, IOpenApiPathItem>(StringComparer.Ordinal);
        foreach (var type in EventTypes.All) document.Webhooks[type] = Told(document, type);
    }

    static OpenApiSchema EventShape(OpenApiDocument document) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What a receiver is sent, in the format `native`. "
            + "A `webhook.test` has other data: `endpoint_id`, `url` and `message`.",
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "timestamp", "data" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String, Enum = [.. EventTypes.All.Select(type => (JsonNode)JsonValue.Create(type))],
            },
            ["timestamp"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it happened." },
            ["data"] = new OpenApiSchemaReference(nameof(JobView), document) { Description = "The job as it was then." },
        },
    };

    static OpenApiPathItem Told(OpenApiDocument document, string type) => new()
    {
        Operations = new Dictionary<HttpMethod, OpenApiOperation>
        {
            [HttpMethod.Post] = new()
            {
                OperationId = "On" + string.Concat(type.Split('.').Select(part => char.ToUpperInvariant(part[0]) + part[1..])),
                Summary = $"Sent to the endpoints that asked for {type}",
                Description = "After the Standard Webhooks specification: verify the signature over `id.timestamp.body`, answer 2xx soon, "
                    + "and expect the same `webhook-id` more than once.",
                Tags = new HashSet<OpenApiTagReference> { new("Webhooks", document) },
                Security = [],
                Parameters =
                [
                    Header("webhook-id", "The event's id, the same in every attempt."),
                    Header("webhook-timestamp", "When this attempt was made, in Unix seconds."),
                    Header("webhook-signature", "One or more signatures, separated by blanks: `v1,` and Base64 of the HMAC-SHA256."),
                ],
                RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/json"] = new() { Schema = new OpenApiSchemaReference(Event, document) },
                    },
                },
                Responses = new OpenApiResponses
                {
                    ["2XX"] = new OpenApiResponse { Description = "It is delivered." },
                    ["410"] = new OpenApiResponse { Description = "The receiver wants no more: the endpoint is switched off." },
                    ["default"] = new OpenApiResponse { Description = "It is sent again later." },
                },
            },
        },
    };

    static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name, In = ParameterLocation.Header, Required = true, Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
