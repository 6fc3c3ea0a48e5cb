using VideoGen.LocalHosting.Run;
using VideoGen.LocalHosting.Sample;

// A small system for the tests of the runner: this one program is its AppHost and, with --service, each of its services.

if (args is ["--service", .. var rest])
    return await SampleService.RunAsync(rest);

const string Project = "VideoGen.LocalHosting.Sample.csproj";

var builder = DistributedApplication.CreateBuilder(args);
builder.Services.AddSingleton<IRunListener>(new EndpointsFile(builder.Configuration["LocalHosting:Folder"]!));
var secret = builder.AddParameter("sample-secret", secret: true);

var first = builder.AddProject("first", Project).WithArgs("--service", "first").WithHttpEndpoint().WithHttpHealthCheck("/health")
    .WithEnvironment("SAMPLE_SECRET", secret);
var second = builder.AddProject("second", Project).WithArgs("--service", "second").WithHttpEndpoint().WithHttpHealthCheck("/health")
    .WithReference(first).WaitFor(first);
builder.AddProject("third", Project).WithArgs("--service", "third").WithHttpEndpoint(port: int.Parse(builder.Configuration["Sample:Port"] ?? "0"))
    .WithHttpHealthCheck("/health")
    .WithReference(second).WaitFor(second);

if (builder.Configuration["Sample:Servers"] == "true")
{
    var database = builder.AddPostgres("postgres").AddDatabase("db", builder.Configuration["Sample:Database"] ?? "db");
    var rabbitmq = builder.AddRabbitMQ("rabbitmq", builder.AddParameter("rabbitmq-user", "sample"));
    first.WithReference(database).WaitFor(database).WithReference(rabbitmq).WaitFor(rabbitmq);
}

await builder.Build().RunAsync();
return Environment.ExitCode;
