using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using VideoGen.Gateway;
using VideoGen.Gateway.Dialects;
using VideoGen.Testing;

namespace VideoGen.System.Tests.Foreign;

/// <summary>A route of the public surface.</summary>
/// <param name="Api">The dialect's name, or <c>native</c>.</param>
/// <param name="Template">For example <c>/vydra/api/v1/jobs/{jobId}</c>.</param>
/// <param name="Parameters">Names of its path parameters.</param>
/// <param name="HasBody">The native document says that it takes JSON.</param>
sealed record ApiRoute(string Api, string Method, string Template, IReadOnlyList<string> Parameters, bool HasBody)
{
    public string With(string id) => Parameters.Aggregate(Template, (path, name) => path.Replace($"{{{name}}}", id, StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Template}";
}

/// <summary>
/// The routes as the program itself lists them, nothing of it written by hand: those that take something in their paths,
/// and those that don't.
/// </summary>
static partial class RouteList
{
    static readonly string[] Settings =
        [$"--Caller:SigningKey={new string('x', 40)}", $"--Jwt:SigningKey={new string('x', 40)}", "--urls=http://127.0.0.1:0", "--ConnectionStrings:rabbitmq=amqp://127.0.0.1:1"];

    /// <summary>The names of the dialects that the gateway speaks.</summary>
    public static IReadOnlyList<string> Dialects { get; } = [.. DialectExtensions.All.Select(dialect => dialect.Name)];

    /// <summary>A second gateway in this process would find the bus's log with the first one gone.</summary>
    static readonly Lazy<IReadOnlyList<ApiRoute>> All = new(ReadGateway);

    /// <summary>From the endpoints of the gateway's own code.</summary>
    /// <param name="parameters">Whether those that take something in their paths, or those that don't.</param>
    public static IReadOnlyList<ApiRoute> OfDialects(bool parameters = true) =>
        [.. All.Value.Where(route => route.Parameters.Count > 0 == parameters)];

    /// <summary>From the published document, operators' routes apart: those answer 404 to everybody else, whatever the id.</summary>
    public static IReadOnlyList<ApiRoute> OfNativeApi(bool parameters = true)
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi", "v1.json")))!;
        return
        [
            .. from path in document["paths"]!.AsObject()
               where path.Key.Contains('{') == parameters && !path.Key.StartsWith("/admin/", StringComparison.Ordinal)
               from operation in path.Value!.AsObject()
               where operation.Key is "get" or "post" or "put" or "patch" or "delete" or "head"
               select new ApiRoute("native", operation.Key.ToUpperInvariant(), path.Key,
                   [.. Parameter().Matches(path.Key).Select(match => match.Groups[1].Value)], operation.Value!["requestBody"] is not null),
        ];
    }

    static IReadOnlyList<ApiRoute> ReadGateway()
    {
        using var gateway = (IDisposable)GatewayHost.Build(Settings);
        var endpoints = ((IEndpointRouteBuilder)gateway).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        return
        [
            .. from endpoint in endpoints
               let template = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
               from dialect in Dialects
               where template.StartsWith($"/{dialect}/", StringComparison.Ordinal)
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
               select new ApiRoute(dialect, method, Plain(template),
                   [.. endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name)], HasBody: false),
        ];
    }

    /// <summary>Without constraints: <c>{id:guid}</c> becomes <c>{id}</c>.</summary>
    static string Plain(string template) => Constraint().Replace(template, "{$1}");

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}
