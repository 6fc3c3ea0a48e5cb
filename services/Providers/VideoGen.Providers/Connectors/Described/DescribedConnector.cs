using System.Text.Json;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors.Http;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// Any vendor of <c>catalog/vendors</c>. It sends what <see cref="RequestWriter"/> writes and answers what <see cref="AnswerReader"/>
/// reads; which calls there are, and in which order, is all that it knows itself.
/// </summary>
internal sealed class DescribedConnector(
    VendorDescription vendor, DescribedVendorOptions options, VendorAccounts accounts, DescribedConnectorTools tools, TimeProvider time)
        : IConnector
{
    /// <summary>What is remembered of work: the task, the route's settings, and the address that the vendor gave.</summary>
    sealed record Memo(string Task, JsonElement Settings, string? PollUrl);

    /// <summary>How a task of the description is handled.</summary>
    sealed record Handled(TaskDescription Task, AnswerReader Reader);

    /// <summary>So long work that was just taken may be unknown to those of a vendor's servers that are asked for it.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    readonly Dictionary<string, Handled> _tasks =
        vendor.Tasks.ToDictionary(task => task.Key, task => new Handled(task.Value, new AnswerReader(vendor, task.Value)),
            StringComparer.Ordinal);

    public string Name => vendor.Name;

    public ConnectorKind Kind => ConnectorKind.Vendor;

    public bool IsConfigured => options.IsComplete;

    public IReadOnlyList<ConnectorKey> Keys => accounts.Keys;

    public ConnectorBudget Budget { get; } =
        new(options.ConcurrentJobs ?? vendor.ConcurrentJobs, vendor.WhenFull, options.ReadsPerSecond ?? vendor.ReadsPerSecond);

    public TimeSpan PollEvery => TimeSpan.FromSeconds(vendor.PollSeconds);

    public void CheckRoute(JsonPlace place, ConnectorRoute route)
    {
        var settings = place["settings"];
        if (settings["input"].IsPresent) settings["input"].MustBeObject();
        var task = settings["task"];
        if (task.IsPresent ? !vendor.Tasks.ContainsKey(task.Text()) : vendor.Tasks.Count > 1)
            task.Fault($"must be one of {string.Join(", ", vendor.Tasks.Keys.Order(StringComparer.Ordinal))} for {vendor.Title}");
    }

    public async Task<CreateAnswer> CreateAsync(CreateRequest request, CancellationToken ct)
    {
        var memo = MemoOf(request);
        var (task, reader) = _tasks[memo.Task];
        var (assets, refusal) = await AssetsAsync(task.Create, request, ct);
        if (refusal is not null) return new CreateAnswer.Refused(refusal with { Charged = Charged.No });
        var callback = tools.Callbacks.AddressFor(vendor, request.ClientReference);
        if (RequestWriter.TryScopeOf(request, task.Create, assets, callback) is not { } scope)
            return new CreateAnswer.Refused(Refusal.OfInput(RequestWriter.Unfit) with { Charged = Charged.No });
        var call = RequestWriter.Create(task.Create, scope, assets);
        if (call.Fault is { } fault) return new CreateAnswer.Refused(Refusal.OfInput(fault) with { Charged = Charged.No });

        using var content = call.Content!;
        if (accounts.Find(request.Key) is not { } account)
            return new CreateAnswer.Refused(Away($"There is no key {request.Key} any more.") with { Charged = Charged.No });
        var answer = await account.Http.HandOverAsync(Below(call.Path!), content, task.Create.Headers, Patience(task), ct);
        return reader.ReadCreate(answer, request.ClientReference, scope, time.GetUtcNow()) switch
        {
            CreateAnswer.Accepted accepted => accepted with
            {
                State = accepted.State is { } state
                    ? await KeptAsync(task, new VendorWork(request.ClientReference, accepted.VendorId, request.Model), state, ct) : null,
                Memo = JsonSerializer.SerializeToElement(memo with { PollUrl = PollUrlOf(task, answer) }, HttpApi.ApiJson.Options),
            },
            var other => other,
        };
    }

    public async Task<VendorState> GetAsync(VendorWork work, CancellationToken ct)
    {
        var memo = MemoOf(work);
        if (!_tasks.TryGetValue(memo.Task, out var known)) return new VendorState.Unknown("its task is not described any more");
        var (task, reader) = known;
        if (task.Read is null) return new VendorState.Gone(); // Its answer was the result; nothing of it is left to be read.
        // Any other account would say that it does not know the work.
        if (accounts.Find(work.Key) is not { } account) return new VendorState.Unknown($"there is no key {work.Key} any more");
        var scope = RequestWriter.ScopeOf(work, memo.Settings);
        if ((memo.PollUrl ?? Filled(task.Read.Path, scope)) is not { } path) return new VendorState.Gone();
        var answer = await account.ReadAsync(path, ct);
        var state = Settled(work, reader.ReadState(answer, scope, time.GetUtcNow()));
        if (state is not VendorState.Succeeded) return state;
        if (task.Result.Path is { } second)
        {
            var first = RequestWriter.ScopeOf(work, memo.Settings, Scope.TryParse(answer.Text));
            if (Filled(second, first) is not { } result) return new VendorState.Unknown("the result's path has a hole without a value");
            state = Settled(work, reader.ReadResult(await account.ReadAsync(result, ct), scope, time.GetUtcNow()));
        }

        return await KeptAsync(task, work, state, ct);
    }

    public async Task<CancelAnswer> CancelAsync(VendorWork work, CancellationToken ct)
    {
        var memo = MemoOf(work);
        if (!_tasks.TryGetValue(memo.Task, out var known)) return CancelAnswer.NotPossible;
        var (task, reader) = known;
        if (task.Cancel is not { } cancel || accounts.Find(work.Key) is not { } account) return CancelAnswer.NotPossible;
        // Read first: at some vendors the same call deletes what is finished.
        switch (await GetAsync(work, ct))
        {
            case VendorState.Waiting when cancel.In.Contains(WorkState.Waiting):
            case VendorState.Running when cancel.In.Contains(WorkState.Running):
                break;
            case VendorState.Waiting or VendorState.Running:
                return CancelAnswer.NotPossible;
            case VendorState.Succeeded or VendorState.Failed:
                return CancelAnswer.AlreadyEnded;
            case VendorState.Cancelled or VendorState.Gone:
                return CancelAnswer.Stopped;
            case var unknown:
                throw new VendorException(VendorFault.Status, $"{vendor.Title} could not say how the work stands: {unknown}");
        }

        var path = Filled(cancel.Path, RequestWriter.ScopeOf(work, memo.Settings))!;
        var answer = await account.Http.SendAsync(HttpMethod.Parse(cancel.Method), path, content: null, ct);
        var fault = reader.FaultOf(answer);
        if (fault is { IsPassing: true }) throw new VendorException(VendorFault.Status,
            $"{vendor.Title} answered a cancel with {fault.Detail}");
        return await GetAsync(work, ct) switch
        {
            VendorState.Succeeded or VendorState.Failed => CancelAnswer.AlreadyEnded,
            // A vendor that said yes may take its time; one that said no goes on.
            VendorState.Waiting or VendorState.Running when fault is not null => CancelAnswer.NotPossible,
            VendorState.Unknown when fault is not null => throw new VendorException(VendorFault.Status,
                $"{vendor.Title} refused a cancel and could not say how the work stands"),
            _ => CancelAnswer.Stopped,
        };
    }

    public async Task<FindAnswer> FindAsync(LostWork lost, CancellationToken ct)
    {
        var memo = MemoOf(lost.Request);
        // At another task's place the vendor would not know it, and it would be bought again.
        if (!lost.KnowsRoute && vendor.Tasks.Count > 1) return new FindAnswer.Undecided();
        if (!_tasks.TryGetValue(memo.Task, out var known)) return new FindAnswer.Undecided();
        var (task, reader) = known;
        var remembered = JsonSerializer.SerializeToElement(memo, HttpApi.ApiJson.Options);
        // Not where the answer that was lost held the only address at which the work can be read.
        if (lost.ToldId is { } told && task.Create is { PollUrl: null }) return new FindAnswer.Found(told, remembered);
        if (task.Find is not { } find || !lost.KnowsRoute || accounts.Find(lost.Request.Key) is not { } account)
            return new FindAnswer.Undecided();
        if (RequestWriter.TryScopeOf(lost.Request, task.Create, [], callback: null) is not { } scope
            || Filled(find.Path, scope) is not { } path) return new FindAnswer.Undecided();
        var answer = await account.ReadAsync(path, ct);
        var callTime = CallTime(lost.Request, task);
        var isBelieved = LostWorkFinder.IsBelieved(find, lost, callTime);
        // A list that is not there says nothing about what would be in it.
        if (reader.IsGone(answer)) return isBelieved && find.Items is null ? new FindAnswer.Absent() : new FindAnswer.Undecided();
        if (reader.FaultOf(answer) is not null || Scope.TryParse(answer.Text) is not { } body) return new FindAnswer.Undecided();
        if (find.Items is null) return find.Id.TextOf(body) is var id && VendorText.IsId(id)
            ? new FindAnswer.Found(id, remembered)
            : new FindAnswer.Undecided();

        var listed = LostWorkFinder.Candidates(find, lost, body, callTime);
        if (!listed.IsWhole) return new FindAnswer.Undecided();
        var (free, isContested) = listed.Ids.Count == 0 ? ([], false) : await tools.Claims.ClaimableAsync(
            vendor.Name, lost.Request, listed.Ids, LostWorkFinder.RivalsOf(lost, callTime), listed.AreTold, ct);
        return free switch
        {
            [var only] when !isContested => new FindAnswer.Found(only, remembered),
            [] when isBelieved => new FindAnswer.Absent(),
            _ => new FindAnswer.Undecided(),
        };
    }

    public Task<VendorState> RenewOutputsAsync(VendorWork work, CancellationToken ct) => GetAsync(work, ct);

    /// <summary>The vendor's own bytes of an output, for whoever fetches it from us; null when it has none.</summary>
    public async Task<HttpResponseMessage?> OpenBytesAsync(VendorWork work, CancellationToken ct)
    {
        var memo = MemoOf(work);
        if (_tasks.GetValueOrDefault(memo.Task)?.Task.Result.Bytes?.Path is not { } at
            || Filled(at, RequestWriter.ScopeOf(work, memo.Settings)) is not { } path
            || accounts.Find(work.Key) is not { } account) return null;
        return await account.Http.OpenAsync(path, ct);
    }

    VendorState Settled(VendorWork work, VendorState state) =>
        state is VendorState.Gone && time.GetUtcNow() - work.AcceptedAt < Settling ? new VendorState.Unknown("not known yet") : state;

    /// <summary>Outputs that only our key opens become links to this service.</summary>
    Task<VendorState> KeptAsync(TaskDescription task, VendorWork work, VendorState state, CancellationToken ct) =>
        state is VendorState.Succeeded succeeded ? tools.Outputs.KeepAsync(task, work, succeeded, ct) : Task.FromResult(state);

    async Task<(IReadOnlyList<AssetBytes> Assets, Refusal? Refusal)> AssetsAsync(CreateDescription create, CreateRequest request,
        CancellationToken ct)
    {
        if (request.Assets.Count == 0) return ([], null);
        if (create is { Assets: AssetForm.Url, Files.Count: 0 }) return Links(request);
        try
        {
            return await tools.Assets.FetchAsync(request.Assets, ct);
        }
        catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException
            && !ct.IsCancellationRequested)
        {
            // The vendor has not been asked, so that this is no lost create.
            return ([], Away($"An asset could not be fetched: {away.Message}"));
        }
    }

    /// <summary>Links that the vendor can open; our own addresses are no business of its.</summary>
    (IReadOnlyList<AssetBytes> Assets, Refusal? Refusal) Links(CreateRequest request)
    {
        if (tools.Callbacks.IsReachable)
            return ([.. request.Assets.Select(asset => new AssetBytes(asset with { Url = tools.Callbacks.Outside(asset.Url) }, []))], null);
        var detail = $"{vendor.Title} fetches files by links. Providers:CallbackUrl, under which it would reach this installation, is not set.";
        // No matter of the key: every account would be refused alike.
        return ([], Away(detail) with { Kind = RefusalKind.Failed });
    }

    /// <summary>As if the vendor were away.</summary>
    static Refusal Away(string detail) => VendorStatus.RefusalOf(503, "", retryAfter: null)! with { Detail = detail };

    Memo MemoOf(CreateRequest request)
    {
        var settings = request.Settings;
        var task = settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("task", out var named) ? named.GetString()!
            : vendor.Tasks.Keys.First();
        return new Memo(task, settings, PollUrl: null);
    }

    Memo MemoOf(VendorWork work) => work.Memo is { } known
        ? known.Deserialize<Memo>(HttpApi.ApiJson.Options)!
        : new Memo(vendor.Tasks.Keys.First(), JsonElement.Parse("{}"), PollUrl: null);

    static string? PollUrlOf(TaskDescription task, VendorAnswer answer) =>
        task.Create.PollUrl is { } at && Scope.TryParse(answer.Text) is { } body && at.TextOf(body) is { Length: > 0 and <= 2000 } url
            && VendorText.IsStorable(url) ? url : null;

    /// <summary>A vendor whose answer is the result is waited for as long as its work takes.</summary>
    static TimeSpan? Patience(TaskDescription task) => task.Read is null ? TimeSpan.FromSeconds(task.Create.PatienceSeconds) : null;

    /// <summary>From the note that an attempt begins to the last moment at which the vendor may take it.</summary>
    TimeSpan CallTime(CreateRequest request, TaskDescription task) =>
        (Patience(task) ?? options.Timeout) + (request.Assets.Count > 0 ? AssetReader.Patience : TimeSpan.Zero);

    static string? Filled(PathTemplate path, Scope scope) => path.Fill(scope) is { } filled ? Below(filled) : null;

    /// <summary>Below the base URL, which may have a path of its own.</summary>
    static string Below(string path) => path.TrimStart('/');
}

/// <summary>What all described connectors share.</summary>
internal sealed record DescribedConnectorTools(AssetReader Assets, ClaimedWorkStore Claims, DescribedOutputs Outputs,
    CallbackAddresses Callbacks);
