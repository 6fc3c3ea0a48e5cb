using Microsoft.Extensions.Time.Testing;
using VideoGen.Web.Mcp;

namespace VideoGen.Web.Tests.Mcp;

[TestFixture]
public sealed class Taking_turns
{
    readonly FakeTimeProvider _time = new();

    [Test]
    public async Task One_call_of_a_credential_waits_for_the_other()
    {
        var (turns, who) = (new McpTurns(_time), Guid.NewGuid());
        var first = await turns.TakeAsync(who, CancellationToken.None);
        var second = turns.TakeAsync(who, CancellationToken.None);
        Assert.That(second.IsCompleted, Is.False);
        first!.Dispose();
        using var turn = await second;
        Assert.That(turn, Is.Not.Null);
    }

    [Test]
    public async Task Nobody_waits_for_ever_and_who_gave_up_is_in_nobodys_way()
    {
        var (turns, who) = (new McpTurns(_time), Guid.NewGuid());
        var first = await turns.TakeAsync(who, CancellationToken.None);
        var second = turns.TakeAsync(who, CancellationToken.None);
        _time.Advance(McpTurns.Patience);
        Assert.That(await second, Is.Null);
        first!.Dispose();
        using var third = await turns.TakeAsync(who, CancellationToken.None);
        Assert.That(third, Is.Not.Null);
    }

    [Test]
    public async Task A_caller_who_leaves_is_let_go()
    {
        var (turns, who) = (new McpTurns(_time), Guid.NewGuid());
        using var first = await turns.TakeAsync(who, CancellationToken.None);
        using var leaves = new CancellationTokenSource();
        var second = turns.TakeAsync(who, leaves.Token);
        await leaves.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task No_credential_waits_for_another()
    {
        var turns = new McpTurns(_time);
        var taken = new List<IDisposable?>();
        for (var i = 0; i < 5000; i++)
        {
            var turn = turns.TakeAsync(Guid.NewGuid(), CancellationToken.None);
            Assert.That(turn.IsCompletedSuccessfully);
            taken.Add(await turn);
        }
        foreach (var turn in taken) turn!.Dispose();
    }
}
