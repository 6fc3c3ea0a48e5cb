using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using System.Text.Json.Nodes;
using VideoGen.LocalHosting.Publish;

namespace VideoGen.LocalHosting.Tests.Publish;

/// <summary>The parts of Aspire's API that our own drawing does not use, checked by what they put into a manifest.</summary>
public sealed class A_drawing_with_every_kind
{
    private JsonObject _resources = null!;
    private string _manifest = null!;

    [OneTimeSetUp]
    public void Draw()
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest"]);
        var user = builder.AddParameter("user", "ann", publishValueAsDefault: true);
        var database = builder.AddPostgres("pg", user, port: 5433).WithDataVolume("rows").AddDatabase("orders", "orders_db");
        var mail = builder.AddConnectionString("mail", "MAIL_SERVER");
        var cache = builder.AddContainer("cache", "valkey", "8").WithHttpEndpoint(targetPort: 6379, name: "admin").WithArgs("--save", "60");
        var tool = builder.AddExecutable("tool", "/usr/bin/tool", "..", "--fast").WithHttpEndpoint(env: "PORT").WithReference(mail);
        builder.AddProject("web", "Web.csproj")
            .WithHttpEndpoint()
            .WithExternalHttpEndpoints()
            .WithReference(database, connectionName: "db")
            .WithReference(tool)
            .WithReference(cache.GetEndpoint("admin"))
            .WithEnvironment("GREETING", ReferenceExpression.Create($"Hello {user} at {cache.GetEndpoint("admin").Property(EndpointProperty.Port)}"))
            .WithReplicas(2);
        _manifest = ManifestWriter.Write(new(builder.AppHostDirectory, [.. builder.Resources]), builder.AppHostDirectory);
        _resources = JsonNode.Parse(_manifest)!["resources"]!.AsObject();
    }

    [Test]
    public async Task Is_valid_by_the_public_schema() => Assert.That(await PublicSchema.FaultsOfAsync(_manifest), Is.Empty);

    [TestCase("web", "env", "ConnectionStrings__db", "{orders.connectionString}")]
    [TestCase("web", "env", "services__tool__http__0", "{tool.bindings.http.url}")]
    [TestCase("web", "env", "services__cache__admin__0", "{cache.bindings.admin.url}")]
    [TestCase("web", "env", "GREETING", "Hello {user.value} at {cache.bindings.admin.port}")]
    [TestCase("tool", "env", "MAIL_SERVER", "{mail.connectionString}")]
    [TestCase("pg", "env", "POSTGRES_USER", "{user.value}")]
    public void Writes_references_as_expressions(string resource, string section, string name, string expression) =>
        Assert.That(_resources[resource]![section]![name]!.GetValue<string>(), Is.EqualTo(expression));

    [Test]
    public void Generates_a_password_parameter_where_none_is_given() =>
        Assert.That(_resources["pg-password"]!["inputs"]!["value"]!["secret"]!.GetValue<bool>());

    [Test]
    public void Names_the_database_in_its_connection_string() =>
        Assert.That(_resources["orders"]!["connectionString"]!.GetValue<string>(), Is.EqualTo("{pg.connectionString};Database=orders_db"));
}
