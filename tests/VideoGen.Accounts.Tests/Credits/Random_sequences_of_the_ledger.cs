using FsCheck;
using FsCheck.Fluent;
using VideoGen.Accounts.Credits;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class Random_sequences_of_the_ledger
{
    [Test]
    public void Agree_with_an_independent_model_after_every_operation() => Check(2_000);

    [Test, Explicit("It takes a minute; it is for a change of the ledger.")]
    public void Ten_thousand_agree_with_it() => Check(10_000);

    static void Check(int sequences) =>
        Prop.ForAll(LedgerOperation.Sequences, sequence => Disagreement(sequence) is not { } fault ? true.ToProperty() : false.Label(fault))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(sequences));

    static string? Disagreement(LedgerOperation[] sequence)
    {
        var bench = new LedgerBench();
        var model = new LedgerModel();
        var now = 0;
        foreach (var (index, operation) in sequence.Index())
        {
            if (operation is LedgerOperation.Wait wait) now += wait.Ticks;
            var (expected, actual) = (model.Apply(operation, now), bench.Apply(operation, now));
            if (expected != actual) return $"step {index} {operation}: expected {expected}, was {actual}";
            if (Difference(model, bench.Wallet) is { } difference) return $"step {index} {operation}: {difference}";
            if (bench.Broken() is { } broken) return $"step {index} {operation}: {broken}";
            for (var job = 1; job <= 6; job++)
                if (model.StateOf(job) != bench.StateOf(job)) return $"step {index} {operation}: job {job} is {bench.StateOf(job)}, not {model.StateOf(job)}";
        }
        return null;
    }

    internal static string? Difference(LedgerModel model, Wallet wallet)
    {
        var expected = (model.Granted, model.Captured, model.Expired, model.Held, model.Available);
        var actual = (wallet.Granted, wallet.Captured, wallet.Expired, wallet.Held, wallet.Available);
        return expected == actual ? null : $"expected {expected}, was {actual}";
    }
}
