using System.Diagnostics;
using Npgsql;
using VideoGen.Durability.Tests.Harness;
using VideoGen.Durability.Worker;
using VideoGen.Testing;

namespace VideoGen.Durability.Tests.Crashes;

/// <summary>
/// A worker process places orders and works them off; it is killed with SIGKILL at one crash point after another, each time
/// leaving the rest to the next. At the end every order must have had each of its effects exactly once.
/// </summary>
public sealed class Killing_the_process_between_any_two_steps
{
    const int OrdersEachRun = 30;
    const int Killed = 128 + 9;
    static readonly TimeSpan RunDeadline = TimeSpan.FromSeconds(40);

    // A hit in the midst of things, so that some work is done, some under way, some not begun.
    static readonly string[] Crashes =
    [
        $"{CrashPoint.BeforeCommit}:25", $"{CrashPoint.AfterCommit}:25", $"{CrashPoint.BeforePublish}:2", $"{CrashPoint.AfterPublish}:2",
        "in-consumer:9", "in-handler:7", $"{CrashPoint.DueWorkClaimed}:7", $"{CrashPoint.DueWorkBeforeComplete}:7",
        $"{CrashPoint.AfterPublish}:1", $"{CrashPoint.AfterCommit}:60",
    ];

    readonly string _schema = "t_" + Guid.NewGuid().ToString("N")[..16];

    [OneTimeTearDown]
    public async Task DropAsync()
    {
        string[] queues = ["packing", "shipping", "order-state"];
        string[] exchanges = ["OrderPlaced", "OrderPacked", "OrderPaid", "ReminderDue"];
        await Servers.DropTopologyAsync(queues.Select(queue => $"{_schema}-{queue}"),
            exchanges.Select(exchange => $"{_schema}-VideoGen.Durability.Worker.Contracts:{exchange}"));
        await Servers.DropSchemaAsync(_schema);
    }

    [Test]
    public async Task Every_effect_happened_exactly_once()
    {
        foreach (var crash in Crashes)
            Assert.That(await RunAsync(crash, OrdersEachRun), Is.EqualTo(Killed), $"the worker was to be killed at {crash}");
        Assert.That(await RunAsync("", OrdersEachRun), Is.Zero, "the last worker finishes everything");

        await using var database = NpgsqlDataSource.Create(TestServers.PostgresConnectionString + ";Search Path=" + _schema);
        var placed = await CountAsync(database, "placed");
        await TestContext.Out.WriteLineAsync($"{Crashes.Length} kills, {placed} orders");
        Assert.That(placed, Is.GreaterThan(OrdersEachRun * 2));
        foreach (var what in (string[])["packed", "shipped", "paid"])
        {
            Assert.That(await CountAsync(database, $"effect where what = '{what}'"), Is.EqualTo(placed), what);
            Assert.That(await CountAsync(database, $"(select distinct order_id from effect where what = '{what}') d"), Is.EqualTo(placed), what);
        }
        Assert.That(await CountAsync(database, "saga where state->>'events' = '3' and state->>'reminders' = '1'"), Is.EqualTo(placed), "sagas");
        Assert.That(await CountAsync(database, "outbox"), Is.Zero);
        Assert.That(await CountAsync(database, "outbox_set_aside"), Is.Zero);
        Assert.That(await CountAsync(database, "due_work"), Is.Zero);
    }

    async Task<int> RunAsync(string crashAt, int orders)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(WorkerProgram).Assembly.Location, _schema, _schema, orders.ToString()]) start.ArgumentList.Add(argument);
        start.Environment["VIDEOGEN_CRASH_AT"] = crashAt;
        start.Environment["ConnectionStrings__videogen"] = TestServers.PostgresConnectionString;
        start.Environment["ConnectionStrings__rabbitmq"] = TestServers.RabbitMqUri;
        using var worker = Process.Start(start) ?? throw new InvalidOperationException("The worker did not start.");
        var output = Task.WhenAll(worker.StandardOutput.ReadToEndAsync(), worker.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(RunDeadline);
        try
        {
            await worker.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            worker.Kill();
            Assert.Fail($"The worker with crash point '{crashAt}' did not end in {RunDeadline}: {string.Join('\n', await output)}");
        }
        if (worker.ExitCode is not (0 or Killed)) Assert.Fail($"The worker ended with {worker.ExitCode}: {string.Join('\n', await output)}");
        return worker.ExitCode;
    }

    static async Task<long> CountAsync(NpgsqlDataSource database, string what)
    {
        await using var command = database.CreateCommand("select count(*) from " + what);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
