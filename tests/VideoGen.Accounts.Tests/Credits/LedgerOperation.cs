using FsCheck;
using FsCheck.Fluent;

namespace VideoGen.Accounts.Tests.Credits;

/// <summary>One step of a random sequence. Jobs are small numbers, times are ticks of a made-up clock.</summary>
internal abstract record LedgerOperation
{
    /// <summary>Few jobs, small amounts, short times: so that sequences collide, repeat, run dry and come too late often.</summary>
    const int Jobs = 6;

    public sealed record Grant(int Amount, int? Lifetime) : LedgerOperation;

    public sealed record Hold(int Job, int Amount, int Lifetime) : LedgerOperation;

    public sealed record Confirm(int Job) : LedgerOperation;

    public sealed record Capture(int Job, int Amount) : LedgerOperation;

    public sealed record Release(int Job) : LedgerOperation;

    public sealed record Sweep : LedgerOperation;

    public sealed record Expire : LedgerOperation;

    public sealed record Wait(int Ticks) : LedgerOperation;

    /// <summary>Sequences of about fifty operations; a failing one is shrunk by leaving operations out.</summary>
    public static Arbitrary<LedgerOperation[]> Sequences { get; } = Arb.From(
        Gen.Choose(40, 60).SelectMany(length => Gen.ArrayOf(Any(), length)),
        sequence => Enumerable.Range(0, sequence.Length).Select(left => sequence.Where((_, index) => index != left).ToArray()));

    static Gen<LedgerOperation> Any()
    {
        var job = Gen.Choose(1, Jobs);
        var amount = Gen.Choose(0, 12);
        var ticks = Gen.Choose(1, 6);
        return Gen.Frequency(
            (3, from size in Gen.Choose(1, 30) from lifetime in Gen.OneOf(Gen.Constant((int?)null), ticks.Select(time => (int?)time * 3)) select (LedgerOperation)new Grant(size, lifetime)),
            (6, from id in job from price in amount from lifetime in ticks select (LedgerOperation)new Hold(id, Priced(id, price), lifetime)),
            (4, job.Select(id => (LedgerOperation)new Confirm(id))),
            (4, from id in job from price in amount select (LedgerOperation)new Capture(id, price)),
            (3, job.Select(id => (LedgerOperation)new Release(id))),
            (2, Gen.Constant((LedgerOperation)new Sweep())),
            (2, Gen.Constant((LedgerOperation)new Expire())),
            (3, ticks.Select(time => (LedgerOperation)new Wait(time))));
    }

    /// <summary>A job mostly asks for the same price, so that repetitions are exact; now and then for another.</summary>
    static int Priced(int job, int drawn) => drawn < 10 ? (job * 5) % 9 : drawn;
}
