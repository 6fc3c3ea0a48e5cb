using VideoGen.AppHost.Demo;

// The drawing of the system. It is written in Aspire.Hosting's public API; VideoGen.AppHost.csproj says what that compiles against.

if (args is ["--demo", .. var wishes])
    return await DemoVideo.MakeAsync(wishes);

var builder = DistributedApplication.CreateBuilder(args);
var local = builder.ExecutionContext.IsRunMode;
var repository = Path.GetFullPath("..", builder.AppHostDirectory);
var files = Path.GetFullPath(builder.Configuration["LocalHosting:Folder"] ?? ".videogen", repository);

// Secrets: the same value on both sides of every signature.
var callerSigningKey = builder.AddParameter("caller-signing-key", secret: true);
var jwtSigningKey = builder.AddParameter("jwt-signing-key", secret: true);
var linksSigningKey = builder.AddParameter("links-signing-key", secret: true);
var sessionKey = builder.AddParameter("session-key", secret: true);

// Servers.
var database = builder.AddPostgres("postgres", password: builder.AddParameter("postgres-password", secret: true))
    .WithDataVolume()
    .AddDatabase("videogen");
var rabbitmq = builder.AddRabbitMQ(
        "rabbitmq",
        userName: builder.AddParameter("rabbitmq-user", "videogen", publishValueAsDefault: true),
        password: builder.AddParameter("rabbitmq-password", secret: true))
    .WithDataVolume();

// Everything clients see goes through the gateway.
var port = builder.Configuration["Gateway:Port"] is { } chosen ? int.Parse(chosen) : 8080;
var gateway = builder.AddProject("gateway", "../gateway/VideoGen.Gateway/VideoGen.Gateway.csproj")
    .WithHttpEndpoint(port: port > 0 ? port : null)
    .WithExternalHttpEndpoints();
var publicUrl = gateway.GetEndpoint("http");

// Services: each owns one schema of the database and shares nothing but messages.
var accounts = Service("accounts", "../services/Accounts/VideoGen.Accounts/VideoGen.Accounts.csproj")
    .WithEnvironment("Jwt__SigningKey", jwtSigningKey)
    .WithEnvironment("Catalog__Folder", FolderOf(repository, "catalog"));

var providers = Service("providers", "../services/Providers/VideoGen.Providers/VideoGen.Providers.csproj")
    .WithEnvironment("Catalog__Folder", FolderOf(repository, "catalog"))
    .WithEnvironment("Providers__WorkFolder", FolderOf(files, "work"))
    .WithEnvironment("Providers__Simulate", local ? "true" : "false");

var storage = Service("storage", "../services/Storage/VideoGen.Storage/VideoGen.Storage.csproj")
    .WithReference(providers)
    .WithEnvironment("Storage__Folder", FolderOf(files, "storage"))
    .WithEnvironment("Links__SigningKey", linksSigningKey)
    .WithEnvironment("Links__PublicUrl", publicUrl);

var jobs = Service("jobs", "../services/Jobs/VideoGen.Jobs/VideoGen.Jobs.csproj")
    .WithReference(accounts)
    .WithReference(providers)
    .WithReference(storage)
    .WithEnvironment("Links__SigningKey", linksSigningKey)
    .WithEnvironment("Links__PublicUrl", publicUrl);

// Pages, without a database of their own. On a developer's machine the monitor is open to whoever reaches the gateway.
var web = AddCommon(builder.AddProject("web", "../services/Web/VideoGen.Web/VideoGen.Web.csproj").WithHttpEndpoint())
    .WithReference(accounts)
    .WithReference(jobs)
    .WithEnvironment("Session__Key", sessionKey)
    .WithEnvironment("Links__PublicUrl", publicUrl)
    .WithEnvironment("Monitor__Open", local ? "true" : "false");

AddCommon(gateway)
    .WithReference(accounts).WaitFor(accounts)
    .WithReference(jobs).WaitFor(jobs)
    .WithReference(providers).WaitFor(providers)
    .WithReference(storage).WaitFor(storage)
    .WithReference(web).WaitFor(web)
    .WithEnvironment("Jwt__SigningKey", jwtSigningKey)
    .WithEnvironment("Links__PublicUrl", publicUrl);

// On a developer's machine: an account to begin with, ports where programs of other APIs expect them, and webhooks and image URLs may point
// back at that machine.
if (local)
{
    var demo = DemoAccount.KeptIn(files);
    accounts.WithDemoAccount(demo);
    foreach (var service in new[] { jobs, storage, providers })
    {
        service.WithEnvironment("Egress__AllowNetworks__0", "127.0.0.0/8").WithEnvironment("Egress__AllowAnyPort", "true");
    }

    builder.AnnounceWhenReady(demo, gateway.OpenDialectPorts(builder, port), files);
}

await builder.Build().RunAsync();
return Environment.ExitCode;

IResourceBuilder<ProjectResource> Service(string name, string project) => AddCommon(builder.AddProject(name, project).WithHttpEndpoint())
    .WithReference(database).WaitFor(database);

// What every process of the system has.
IResourceBuilder<ProjectResource> AddCommon(IResourceBuilder<ProjectResource> process) => process
    .WithHttpHealthCheck("/health")
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithEnvironment("Caller__SigningKey", callerSigningKey);

// A folder of this machine, or the place of it in a container.
string FolderOf(string parent, string name) => local ? Path.Combine(parent, name) : $"/data/{name}";
