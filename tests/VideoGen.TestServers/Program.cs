using System.Diagnostics;
using VideoGen.Testing;

// Runs a command with PostgreSQL and RabbitMQ for tests in its environment, and ends them with it:
//   dotnet VideoGen.TestServers.dll command argument…
// Servers that the environment names already are used as they are.

const string PostgresVariable = "ConnectionStrings__videogen";
const string RabbitMqVariable = "ConnectionStrings__rabbitmq";
const int EndedByInterrupt = 130;

if (args is not [var command, .. var arguments])
{
    await Console.Error.WriteLineAsync("usage: VideoGen.TestServers command argument…");
    return 2;
}

var given = new[] { PostgresVariable, RabbitMqVariable }.All(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
await using var servers = given ? null : await PrivateServers.StartAsync();
var start = new ProcessStartInfo(command, arguments);
if (servers is not null)
{
    start.Environment[PostgresVariable] = servers.Postgres.ConnectionString;
    start.Environment[RabbitMqVariable] = servers.RabbitMq.ConnectionString;
}

// Ctrl+C reaches the command as well; it ends, and after it the servers.
var interrupted = false;
Console.CancelKeyPress += (_, pressed) => interrupted = pressed.Cancel = true;
using var process = Process.Start(start)!;
await process.WaitForExitAsync();
return interrupted ? EndedByInterrupt : process.ExitCode;
