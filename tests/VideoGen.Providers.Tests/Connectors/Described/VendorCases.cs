using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>
/// The cases that every description must stand, against a server that speaks as the vendor does, well and badly. The servers are written
/// from the vendors' documents; what they were asked for is their own books, in which no work may stand twice.
/// </summary>
internal sealed class VendorCases(SimulatedVendors vendors, ProvidersApplication providers)
{
    /// <summary>Refusals that a vendor does not make, or does not tell from others, in its answer to a create.</summary>
    static readonly Dictionary<(string, Behaviour), RefusalKind> Otherwise = new()
    {
        [("bfl", Behaviour.RefuseContent)] = RefusalKind.Lost, [("bfl", Behaviour.Retired)] = RefusalKind.Lost,
        [("runway", Behaviour.RefuseContent)] = RefusalKind.Input, [("runway", Behaviour.Retired)] = RefusalKind.Lost,
        [("luma", Behaviour.RefuseContent)] = RefusalKind.Input, [("luma-dream-machine", Behaviour.Retired)] = RefusalKind.Lost,
        [("ltx", Behaviour.Retired)] = RefusalKind.Lost, [("minimax v1", Behaviour.Retired)] = RefusalKind.Input,
        [("minimax v2", Behaviour.RefuseContent)] = RefusalKind.Input, [("minimax v2", Behaviour.Retired)] = RefusalKind.Lost,
    };

    public static IReadOnlyList<VendorCase> All { get; } =
    [
        .. Case("Good work is made and can be fetched", Any, (cases, one, _) => cases.MakeAsync(one)),
        .. Case("Ended work stays, and can be read again", IsRead, (cases, one, _) => cases.RenewAsync(one)),
        .. Case("Links that have expired are replaced", HasLinks, (cases, one, _) => cases.ReplaceLinksAsync(one)),
        .. Case("A refusal is told apart", Any, (cases, one, why) => cases.RefuseAsync(one, why),
            Behaviour.RefuseContent, Behaviour.RefuseInput, Behaviour.RefuseMoney, Behaviour.RefuseKey, Behaviour.Busy, Behaviour.Retired),
        .. Case("A create without a sure answer is unknown, sent once, and looked for", Any, (cases, one, how) => cases.LoseAsync(one, how),
            Behaviour.LoseAnswer, Behaviour.BadGateway, Behaviour.Huge, Behaviour.Breaks),
        // A file is a file: what is no JSON may be the sound itself, and only the player knows.
        .. Case("A create without a sure answer is unknown, sent once, and looked for", one => !IsFile(one),
            (cases, one, how) => cases.LoseAsync(one, how), Behaviour.Garbage),
        .. Case("A create that never arrived is absent where the vendor can tell", Any, (cases, one, _) => cases.NeverArriveAsync(one)),
        .. Case("A good answer under another media type counts, but for a file", Any, (cases, one, _) => cases.MistypeAsync(one)),
        .. Case("Work that fails says why", IsRead, (cases, one, how) => cases.FailAsync(one, how), Behaviour.Fail, Behaviour.FailContent),
        .. Case("A read that goes wrong tells nothing, and the work goes on", IsRead, (cases, one, how) => cases.MisreadAsync(one, how),
            Behaviour.ReadsFail, Behaviour.ReadsBusy, Behaviour.ReadGarbage, Behaviour.ReadHuge, Behaviour.ReadBreaks),
        .. Case("Work that the vendor does not know is gone", IsRead, (cases, one, _) => cases.LookForNothingAsync(one)),
        .. Case("A cancel stops what can be stopped", IsRead, (cases, one, how) => cases.CancelAsync(one, how),
            Behaviour.Stall, Behaviour.Slow),
        .. Case("A cancel of ended work deletes nothing", IsRead, (cases, one, _) => cases.CancelEndedAsync(one)),
    ];

    public static TaskDescription TaskOf(Spoken one) => Descriptions.Of(one.Vendor).Tasks[one.Task];

    public CreateRequest Request(Spoken one)
    {
        var file = TaskOf(one).Create.Files.Values.FirstOrDefault();
        var input = new Dictionary<string, object> { ["prompt"] = $"fox {Guid.NewGuid():n}", ["text"] = "hello", ["voice"] = "v1" };
        if (file is not null) input[file] = Guid.NewGuid();
        GenerationAsset[] assets = file is null ? []
            : [new GenerationAsset(file, Guid.NewGuid(), new Uri($"{vendors.Address}/_files/a"), "audio/mpeg",
            SimulatedVendors.File.Length, null, null, null)];
        return new CreateRequest(Guid.CreateVersion7(), one.Vendor == "replicate" ? "owner/name" : "some-model",
            JsonSerializer.SerializeToElement(input), assets, JsonSerializer.SerializeToElement(new { task = one.Task }), Script: null,
            DateTimeOffset.UtcNow.AddMinutes(5));
    }

    public static LostWork Lost(CreateRequest request, TimeSpan? after = null) =>
        new(request, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow + (after ?? TimeSpan.FromMinutes(5)));

    public IConnector Connector(Spoken one) =>
        providers.Services.GetServices<IConnector>().Single(connector => connector.Name == one.Vendor);

    /// <summary>True when it can't be told whether the vendor has the work.</summary>
    public async Task<bool> IsUnknownAsync(Spoken one, CreateRequest request, Behaviour how)
    {
        try
        {
            return await CreateAsync(one, how, request) is CreateAnswer.Unknown;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    static IEnumerable<VendorCase> Case(string name, Func<Spoken, bool> fits, Func<VendorCases, Spoken, Behaviour, Task> run,
        params IReadOnlyList<Behaviour> forms) =>
        forms.Count == 0 ? [new VendorCase(name, null, fits, run)] : forms.Select(form => new VendorCase(name, form, fits, run));

    static bool Any(Spoken one) => true;

    static bool IsRead(Spoken one) => TaskOf(one).Read is not null;

    static bool IsFile(Spoken one) => TaskOf(one).Result.Bytes is { Path: null };

    static bool HasLinks(Spoken one) => IsRead(one) && TaskOf(one).Result is { Bytes: null, Outputs: [{ Form: OutputForm.Url }] };

    async Task MakeAsync(Spoken one)
    {
        var (work, answer) = await AcceptAsync(one);
        var (made, seen) = await EndAsync(one, work, answer);
        Assert.That(seen, Is.Ordered.And.All.InRange(0, 99));
        var succeeded = made as VendorState.Succeeded ?? throw new AssertionException($"It ended as {made}");
        if (TaskOf(one).Result.Text is not null) Assert.That(succeeded.Text, Is.Not.Empty);
        else Assert.That(await BytesAsync(succeeded.Outputs.Single()), Is.EqualTo(SimulatedVendors.File));
        Assert.That(vendors[one.Vendor].Accepted.Count(job => job.Id == work.VendorId), Is.LessThanOrEqualTo(1));
    }

    async Task RenewAsync(Spoken one)
    {
        var (work, first) = await MadeAsync(one);
        Assert.That((await RenewedAsync(one, work)).Outputs, Is.EqualTo(first.Outputs));
    }

    async Task ReplaceLinksAsync(Spoken one)
    {
        var (work, made) = await MadeAsync(one);
        vendors[one.Vendor].ExpireLinks();
        Assert.That(await BytesAsync(made.Outputs.Single()), Is.Null, "the link has expired");
        Assert.That(await BytesAsync((await RenewedAsync(one, work)).Outputs.Single()), Is.EqualTo(SimulatedVendors.File));
    }

    async Task<VendorState.Succeeded> RenewedAsync(Spoken one, VendorWork work) =>
        await Connector(one).RenewOutputsAsync(work, CancellationToken.None) is var again && again is VendorState.Succeeded renewed
            ? renewed : throw new AssertionException($"What was made is {again} now");

    async Task RefuseAsync(Spoken one, Behaviour why)
    {
        var refusal = (await CreateAsync(one, why) as CreateAnswer.Refused)?.Refusal ?? throw new AssertionException("It was not refused");
        var usual = why switch
        {
            Behaviour.RefuseContent => RefusalKind.Content,
            Behaviour.RefuseInput => RefusalKind.Input,
            Behaviour.Busy => RefusalKind.RateLimited,
            Behaviour.Retired => RefusalKind.Failed,
            _ => RefusalKind.Quota,
        };
        var expected = Otherwise.TryGetValue((one.Vendor, why), out var other)
            || Otherwise.TryGetValue(($"{one.Vendor} {one.Task}", why), out other) ? other : usual;
        Assert.That(refusal.Kind, Is.EqualTo(expected), refusal.Detail);
        Assert.That(refusal.Message, Does.Not.Contain("moderat").And.Not.Contain("key"), "no vendor's words reach a customer");
        Assert.That(refusal.Charged == Charged.Yes, Is.EqualTo(why == Behaviour.RefuseContent && one.Vendor == "xai"));
    }

    async Task LoseAsync(Spoken one, Behaviour how)
    {
        vendors[one.Vendor].Forget();
        var request = Request(one);
        Assert.That(await IsUnknownAsync(one, request, how), Is.True);
        Assert.That(vendors[one.Vendor].Accepted, Has.Count.EqualTo(1), "one create, whatever became of its answer");
        var found = await Connector(one).FindAsync(Lost(request), CancellationToken.None);
        if (TaskOf(one).Find is null) Assert.That(found, Is.TypeOf<FindAnswer.Undecided>(), "never a guess");
        else Assert.That((found as FindAnswer.Found)?.VendorId, Is.EqualTo(vendors[one.Vendor].Accepted.Last().Id));
    }

    async Task NeverArriveAsync(Spoken one)
    {
        vendors[one.Vendor].Forget();
        var request = Request(one);
        Assert.That(await IsUnknownAsync(one, request, Behaviour.NeverArrive), Is.True);
        Assert.That(vendors[one.Vendor].Accepted, Is.Empty);
        var early = await Connector(one).FindAsync(Lost(request, after: TimeSpan.Zero), CancellationToken.None);
        Assert.That(early, Is.TypeOf<FindAnswer.Undecided>(), "it may only be slow");
        var late = await Connector(one).FindAsync(Lost(request), CancellationToken.None);
        Assert.That(late, TaskOf(one).Find is null ? Is.TypeOf<FindAnswer.Undecided>() : Is.TypeOf<FindAnswer.Absent>());
    }

    async Task MistypeAsync(Spoken one)
    {
        var request = Request(one);
        if (IsFile(one)) // A text is no film, and what it was is not known.
        {
            Assert.That(await IsUnknownAsync(one, request, Behaviour.WrongType), Is.True);
            return;
        }

        var answer = await CreateAsync(one, Behaviour.WrongType, request);
        var accepted = answer as CreateAnswer.Accepted ?? throw new AssertionException($"It answered {answer}");
        if (!IsRead(one)) return;
        var work = new VendorWork(request.ClientReference, accepted.VendorId, request.Model, accepted.Memo);
        vendors[one.Vendor].Next(Behaviour.ReadWrongType);
        Assert.That(await LookAsync(one, work), Is.TypeOf<VendorState.Waiting>().Or.TypeOf<VendorState.Running>());
    }

    async Task FailAsync(Spoken one, Behaviour how)
    {
        vendors[one.Vendor].Next(how);
        var (work, answer) = await AcceptAsync(one);
        var (end, _) = await EndAsync(one, work, answer);
        var isTold = how == Behaviour.FailContent && (one.Vendor, one.Task) != ("minimax", "v2");
        Assert.That((end as VendorState.Failed)?.Refusal.Kind, Is.EqualTo(isTold ? RefusalKind.Content : RefusalKind.Failed), $"{end}");
    }

    async Task MisreadAsync(Spoken one, Behaviour how)
    {
        var (work, answer) = await AcceptAsync(one);
        vendors[one.Vendor].Next(how);
        var state = await LookAsync(one, work);
        Assert.That(state, Is.TypeOf<VendorState.Unknown>().Or.TypeOf<VendorState.Waiting>().Or.TypeOf<VendorState.Running>());
        Assert.That((await EndAsync(one, work, answer)).State, Is.TypeOf<VendorState.Succeeded>());
    }

    async Task LookForNothingAsync(Spoken one)
    {
        var (work, _) = await AcceptAsync(one);
        var stranger = work with { VendorId = "nobody-knows-it", Memo = Unaddressed(work.Memo) };
        Assert.That(await Connector(one).GetAsync(stranger, CancellationToken.None), Is.TypeOf<VendorState.Gone>());
        Assert.That(await LookAsync(one, stranger with { AcceptedAt = DateTimeOffset.UtcNow }), Is.TypeOf<VendorState.Unknown>());
    }

    async Task CancelAsync(Spoken one, Behaviour how)
    {
        vendors[one.Vendor].Next(how);
        var (work, _) = await AcceptAsync(one);
        if (how == Behaviour.Slow) await Connector(one).GetAsync(work, CancellationToken.None);
        var stage = how == Behaviour.Stall ? WorkState.Waiting : WorkState.Running;
        // Some vendors have one word for both.
        var isKnown = TaskOf(one).Read!.States.Values.Any(state => state.As == WorkState.Waiting);
        var can = TaskOf(one).Cancel?.In.Contains(isKnown ? stage : WorkState.Running) == true;
        Assert.That(await Connector(one).CancelAsync(work, CancellationToken.None),
            Is.EqualTo(can ? CancelAnswer.Stopped : CancelAnswer.NotPossible));
        if (can) Assert.That(await Connector(one).CancelAsync(work, CancellationToken.None), Is.EqualTo(CancelAnswer.Stopped), "again");
        var calls = vendors[one.Vendor].Calls.Count(call => call.Contains(work.VendorId, StringComparison.Ordinal));
        Assert.That(calls, Is.EqualTo(can ? 1 : 0));
    }

    /// <summary>At several vendors the same call deletes what has ended.</summary>
    async Task CancelEndedAsync(Spoken one)
    {
        var (work, _) = await MadeAsync(one);
        var answer = await Connector(one).CancelAsync(work, CancellationToken.None);
        Assert.That(answer, Is.EqualTo(TaskOf(one).Cancel is null ? CancelAnswer.NotPossible : CancelAnswer.AlreadyEnded));
        Assert.That(vendors[one.Vendor].Calls, Has.None.Contains(work.VendorId));
        Assert.That(await Connector(one).GetAsync(work, CancellationToken.None), Is.TypeOf<VendorState.Succeeded>());
    }

    Task<CreateAnswer> CreateAsync(Spoken one, Behaviour behaviour, CreateRequest? request = null)
    {
        vendors[one.Vendor].Next(behaviour);
        return Connector(one).CreateAsync(request ?? Request(one), CancellationToken.None);
    }

    /// <summary>As it is remembered, with the result of a vendor whose answer is the result.</summary>
    async Task<(VendorWork Work, VendorState? Answer)> AcceptAsync(Spoken one)
    {
        var request = Request(one);
        var answer = await Connector(one).CreateAsync(request, CancellationToken.None);
        var accepted = answer as CreateAnswer.Accepted ?? throw new AssertionException($"It answered {answer}");
        return (new VendorWork(request.ClientReference, accepted.VendorId, request.Model, accepted.Memo), accepted.State);
    }

    async Task<(VendorWork Work, VendorState.Succeeded Made)> MadeAsync(Spoken one)
    {
        var (work, answer) = await AcceptAsync(one);
        var (end, _) = await EndAsync(one, work, answer);
        return (work, end as VendorState.Succeeded ?? throw new AssertionException($"It ended as {end}"));
    }

    async Task<VendorState> LookAsync(Spoken one, VendorWork work)
    {
        try
        {
            return await Connector(one).GetAsync(work, CancellationToken.None);
        }
        catch (HttpRequestException fault)
        {
            return new VendorState.Unknown(fault.Message);
        }
    }

    async Task<(VendorState State, List<int> Seen)> EndAsync(Spoken one, VendorWork work, VendorState? answer)
    {
        var seen = new List<int>();
        if (TaskOf(one).Read is null) return (answer!, seen);
        for (var read = 0; read < 10; read++)
        {
            var state = await LookAsync(one, work);
            if (state is VendorState.Running running) seen.Add(running.Percent);
            if (state is not (VendorState.Waiting or VendorState.Running or VendorState.Unknown)) return (state, seen);
        }

        throw new AssertionException("It never ends");
    }

    /// <summary>Without the address that the vendor gave for that very work.</summary>
    static JsonElement? Unaddressed(JsonElement? memo)
    {
        var copy = System.Text.Json.Nodes.JsonNode.Parse(memo!.Value.GetRawText())!;
        copy["poll_url"] = null;
        return JsonSerializer.SerializeToElement(copy);
    }

    /// <summary>Null for a link that does not work.</summary>
    async Task<byte[]?> BytesAsync(GenerationOutput output)
    {
        if (output.Inline is { } inline) return inline;
        // A link to this service leads to an attempt, of which a connector alone knows nothing.
        if (output.Url!.AbsolutePath.StartsWith("/internal/outputs/of-vendors/", StringComparison.Ordinal)) return SimulatedVendors.File;
        using var answer = await providers.Inside.GetAsync(output.Url);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync() : null;
    }
}
