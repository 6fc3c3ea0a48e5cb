using Projects;
using VideoGen.AppHost.Demo;
using VideoGen.AppHost.Start;
using VideoGen.Hosting.LocalServers;

// The drawing of the system.

if (args is ["--demo", .. var wishes])
    return await DemoVideo.MakeAsync(wishes);

var options = UpOptions.Parse(args);
var builder = DistributedApplication.CreateBuilder(options.ForBuilder());
var local = builder.ExecutionContext.IsRunMode;
var repository = Path.GetFullPath("..", builder.AppHostDirectory);
var files = Path.GetFullPath(builder.Configuration["Local:Folder"] ?? ".videogen", repository);
return await LocalRunExtensions.TellingFailuresAsync(() =>
{
    if (local)
    {
        builder.AddLocalRun(files);
        Draw((name, project, port) => builder.AddBuiltProject(name, project, port));
        builder.ApplyResourceSettings();
    }
    else
    {
        Draw((name, project, _) => builder.AddProject(name, project.ProjectPath).WithHttpEndpoint());
    }

    return builder.Build().RunToTheEndAsync();
});

// On a developer's machine a project runs as it is built; published, it is a project.
void Draw<TProject>(Func<string, IProjectMetadata, int?, IResourceBuilder<TProject>> addProject)
    where TProject : class, IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    // Secrets: the same value on both sides of every signature.
    var callerSigningKey = builder.AddKeptSecret("caller-signing-key");
    var jwtSigningKey = builder.AddKeptSecret("jwt-signing-key");
    var linksSigningKey = builder.AddKeptSecret("links-signing-key");
    var sessionKey = builder.AddKeptSecret("session-key");

    // Servers: given by a connection string, processes of this machine, or containers where the system is deployed.
    var database = builder.AddDatabaseServer("postgres", "videogen");
    var rabbitmq = builder.AddBroker("rabbitmq");

    // Everything clients see goes through the gateway.
    var gateway = addProject("gateway", new VideoGen_Gateway(), options.GatewayPort).WithExternalHttpEndpoints();
    var publicUrl = gateway.GetEndpoint("http");

    // Services: each owns one schema of the database and shares nothing but messages.
    var accounts = Service("accounts", new VideoGen_Accounts())
        .WithEnvironment("Jwt__SigningKey", jwtSigningKey)
        .WithEnvironment("Catalog__Folder", FolderOf(repository, "catalog"));

    var providers = Service("providers", new VideoGen_Providers())
        .WithEnvironment("Catalog__Folder", FolderOf(repository, "catalog"))
        .WithEnvironment("Providers__WorkFolder", FolderOf(files, "work"))
        .WithEnvironment("Providers__Simulate", local ? "true" : "false");

    var storage = Service("storage", new VideoGen_Storage())
        .WithReference(providers)
        .WithEnvironment("Links__SigningKey", linksSigningKey)
        .WithEnvironment("Links__PublicUrl", publicUrl)
        .WithObjectStore(FolderOf(files, "storage"));

    var jobs = Service("jobs", new VideoGen_Jobs())
        .WithReference(accounts)
        .WithReference(providers)
        .WithReference(storage)
        .WithEnvironment("Links__SigningKey", linksSigningKey)
        .WithEnvironment("Links__PublicUrl", publicUrl);

    // Pages, without a database of their own. On a developer's machine the monitor is open to whoever reaches the gateway.
    var web = Common(addProject("web", new VideoGen_Web(), null))
        .WithReference(accounts).WithReference(jobs).WithReference(providers).WithReference(storage)
        .WithEnvironment("Web__Session__Key", sessionKey)
        .WithEnvironment("Links__PublicUrl", publicUrl)
        .WithEnvironment("Web__Monitor__Open", local && !options.Strict ? "true" : "false");

    Common(gateway)
        .WithReference(accounts)
        .WithReference(jobs)
        .WithReference(providers)
        .WithReference(storage)
        .WithReference(web)
        .WithEnvironment("Jwt__SigningKey", jwtSigningKey)
        .WithEnvironment("Links__PublicUrl", publicUrl);

    // On a developer's machine: an account to begin with, ports where programs of other APIs expect them, and webhooks and image URLs may
    // point back at that machine unless it is to be as strict as production.
    if (local)
    {
        var demo = DemoAccount.KeptIn(files);
        accounts.WithDemoAccount(demo);
        foreach (var service in new[] { jobs, storage, providers }.Where(_ => !options.Strict))
        {
            service.WithEnvironment("Egress__AllowNetworks__0", "127.0.0.0/8").WithEnvironment("Egress__AllowAnyPort", "true");
        }

        if (options.SimulatedVendors) providers.WithSimulatedVendors(builder, repository, publicUrl);
        builder.AnnounceWhenReady(demo, gateway.OpenDialectPorts(builder), builder.AddDashboard(options).LinkedFrom(web));
    }

    IResourceBuilder<TProject> Service(string name, IProjectMetadata project) => Common(addProject(name, project, null))
        .WithReference(database).WaitFor(database);

    // What every process of the system has.
    IResourceBuilder<TProject> Common(IResourceBuilder<TProject> process) => process
        .WithReference(rabbitmq).WaitFor(rabbitmq)
        .WithEnvironment("Caller__SigningKey", callerSigningKey);
}

// A folder of this machine, or the place of it in a container.
string FolderOf(string parent, string name) => local ? Path.Combine(parent, name) : $"/data/{name}";
