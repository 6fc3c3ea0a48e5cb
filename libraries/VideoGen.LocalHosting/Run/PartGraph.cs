using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace VideoGen.LocalHosting.Run;

/// <summary>One resource of a run: what it waits for, and the processes it consists of (none for a given server).</summary>
internal sealed class Part(IResource resource, IReadOnlyList<IResource> waitsFor)
{
    internal IResource Resource { get; } = resource;

    internal IReadOnlyList<IResource> WaitsFor { get; } = waitsFor;

    /// <summary>In the order they start; stopped in the opposite order. Replaced, never changed: others read it meanwhile.</summary>
    internal IReadOnlyList<Supervised> Processes { get; private set; } = [];

    internal void Add(Supervised process) => Processes = [.. Processes, process];

    internal Task Ready { get; set; } = Task.CompletedTask;

    internal Task Stopped { get; set; } = Task.CompletedTask;
}

/// <summary>The parts of a run in wait-for order.</summary>
internal sealed class PartGraph
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly Dictionary<IResource, Part> _byResource;
    private readonly LocalSettings _settings;
    private readonly ProgramPlans _plans;
    private readonly RunLog _log;

    private PartGraph(IReadOnlyList<Part> parts, LocalSettings settings, ProgramPlans plans, RunLog log)
    {
        _parts = parts;
        _byResource = parts.ToDictionary(part => part.Resource);
        _settings = settings;
        _plans = plans;
        _log = log;
    }

    internal Action? Changed { get; set; }

    internal static PartGraph Of(SystemDrawing drawing, LocalSettings settings, ProgramPlans plans, RunLog log)
    {
        var parts = drawing.Resources.Where(resource => resource is not ParameterResource).Select(resource => new Part(resource, WaitsFor(resource)));
        return new(WaitOrder.Sort([.. parts]), settings, plans, log);
    }

    /// <summary>Answers when every part is ready; throws as soon as one cannot be started.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach (var part in _parts)
        {
            part.Ready = StartAsync(part, failed.Token);
        }

        try
        {
            await foreach (var ended in Task.WhenEach(_parts.Select(part => part.Ready)).WithCancellation(cancellationToken))
            {
                await ended;
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }

    internal async Task StopAsync()
    {
        foreach (var part in _parts.Reverse())
        {
            var dependents = _parts.Where(other => other.WaitsFor.Contains(part.Resource)).Select(other => other.Stopped).ToList();
            part.Stopped = StopAsync(part, dependents);
        }

        await Task.WhenAll(_parts.Select(part => part.Stopped));
        foreach (var process in _parts.SelectMany(part => part.Processes))
        {
            process.Dispose();
        }
    }

    internal RunStatus Status() => new(
        [.. _parts.SelectMany(part => part.Processes).Select(process =>
            new RunningPart(process.Plan.Name, process.ProcessId, process.State, process.Plan.Url))]);

    private static IReadOnlyList<IResource> WaitsFor(IResource resource)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Dependency);
        return [.. (resource is PostgresDatabaseResource database ? waits.Append(database.Parent) : waits).Distinct()];
    }

    private async Task StartAsync(Part part, CancellationToken cancellationToken)
    {
        await Task.WhenAll(part.WaitsFor.Select(dependency => _byResource[dependency].Ready)).WaitAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        if (RunInputs.IsGiven(part.Resource))
            await GivenServer.CheckAsync(part.Resource, _log, cancellationToken);
        else
            await StartProcessesAsync(part, cancellationToken);
        if (part.Processes.Count > 0)
            _log.Say($"{part.Resource.Name} is ready ({watch.Elapsed.TotalSeconds:0.0} s).");
    }

    private async Task StartProcessesAsync(Part part, CancellationToken cancellationToken)
    {
        switch (part.Resource)
        {
            case PostgresServerResource postgres:
                var databases = postgres.Databases.Where(database => !RunInputs.IsGiven(database)).Select(database => database.DatabaseName).ToList();
                await StartAsync(part, (await ServerOf(postgres, cancellationToken)).Plan(databases));
                break;
            case RabbitMQServerResource rabbit:
                var broker = await ServerOf(rabbit, cancellationToken);
                await StartAsync(part, broker.MapperPlan());
                await StartAsync(part, broker.Plan());
                break;
            case PostgresDatabaseResource:
                break;
            case ConnectionStringResource missing:
                throw new DistributedApplicationException($"Set the connection string of '{missing.Name}': ConnectionStrings__{missing.Name}=…");
            default:
                var replicas = RunInputs.ReplicasOf(part.Resource, _settings.Configuration);
                var plans = await Task.WhenAll(Enumerable.Range(1, replicas).Select(replica => _plans.PlanAsync(part.Resource, replica, cancellationToken)));
                await Task.WhenAll(plans.Select(plan => StartAsync(part, plan)));
                break;
        }
    }

    private async Task<PostgresServer> ServerOf(PostgresServerResource resource, CancellationToken cancellationToken) => new(new(
        resource.Name,
        Path.Combine(_settings.Folder, resource.Name),
        resource.PrimaryEndpoint.Port,
        await resource.UserNameReference.GetValueAsync(cancellationToken) ?? "",
        await resource.PasswordParameter.GetValueAsync(cancellationToken) ?? ""));

    private async Task<RabbitMqServer> ServerOf(RabbitMQServerResource resource, CancellationToken cancellationToken)
    {
        var ports = resource.Annotations.OfType<BrokerPortsAnnotation>().Last();
        return new(new(
            resource.Name,
            Path.Combine(_settings.Folder, resource.Name),
            resource.PrimaryEndpoint.Port,
            ports.MapperPort,
            ports.DistributionPort,
            await resource.UserNameReference.GetValueAsync(cancellationToken) ?? "",
            await resource.PasswordParameter.GetValueAsync(cancellationToken) ?? ""));
    }

    private Task StartAsync(Part part, ProcessPlan plan)
    {
        var process = new Supervised(plan, _log) { Changed = () => Changed?.Invoke() };
        part.Add(process);
        return process.StartAsync();
    }

    private static async Task StopAsync(Part part, IReadOnlyList<Task> dependents)
    {
        await Task.WhenAll(dependents);
        await StopProcessesAsync(part);
        // A start that was under way ends now; what it began last is stopped as well.
        await part.Ready.ContinueWith(_ => { }, TaskScheduler.Default);
        await StopProcessesAsync(part);
    }

    private static async Task StopProcessesAsync(Part part)
    {
        foreach (var process in part.Processes.Reverse())
        {
            await process.StopAsync();
        }
    }
}
