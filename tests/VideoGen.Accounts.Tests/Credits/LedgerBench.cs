using VideoGen.Accounts.Credits;

namespace VideoGen.Accounts.Tests.Credits;

/// <summary>The ledger's decisions on books kept in memory, and what must be true of them after every step.</summary>
internal sealed class LedgerBench
{
    static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Dictionary<Guid, Hold> _holds = [];
    readonly List<Grant> _grants = [];
    readonly HashSet<string> _operations = [];
    readonly List<Transfer> _journal = [];
    Wallet _wallet = new(Guid.NewGuid(), 0, 0, 0, 0, 0);

    public Wallet Wallet => _wallet;

    public static DateTimeOffset At(int tick) => Epoch.AddSeconds(tick);

    public static Guid JobId(int job) => new(job, 0, 0, new byte[8]);

    public string? StateOf(int job) => _holds.TryGetValue(JobId(job), out var hold) ? hold.State.ToString().ToLowerInvariant() : null;

    public string Apply(LedgerOperation operation, int now)
    {
        switch (operation)
        {
            case LedgerOperation.Grant grant:
                Write(Ledger.AddGrant(Books(now), Guid.CreateVersion7(), GrantSource.Operator, grant.Amount, $"grant:{_journal.Count}", "test",
                    grant.Lifetime is { } lifetime ? At(now + lifetime) : null));
                return "Granted";
            case LedgerOperation.Hold hold:
                return Write(Ledger.TakeHold(Books(now, hold.Job), JobId(hold.Job), "model", hold.Amount, TimeSpan.FromSeconds(hold.Lifetime)));
            case LedgerOperation.Confirm confirm:
                return Write(Ledger.Confirm(Books(now, confirm.Job)));
            case LedgerOperation.Capture capture:
                return Write(Ledger.Capture(Books(now, capture.Job), capture.Amount));
            case LedgerOperation.Release release:
                return Write(Ledger.Release(Books(now, release.Job), "failed"));
            case LedgerOperation.Sweep:
                foreach (var hold in _holds.Values.ToList()) Write(Ledger.ExpireHold(Books(now) with { Hold = hold }));
                return "Swept";
            case LedgerOperation.Expire:
                Write(Ledger.ExpireCredits(Books(now)).Posting);
                return "Expired";
            default:
                return "Waited";
        }
    }

    /// <summary>The first rule that is broken, or null.</summary>
    public string? Broken()
    {
        if (_wallet.Available < 0 || _wallet.Held < 0) return "a balance is below zero";
        if (_grants.Sum(grant => grant.Remaining) != _wallet.Available + _wallet.Held) return "the grants' remains are not the balance";
        if (_holds.Values.Where(hold => hold.Stands).Sum(hold => hold.Amount) != _wallet.Held) return "the standing holds are not the held credits";
        var books = new Dictionary<string, long>();
        foreach (var transfer in _journal)
        {
            books[transfer.Legs.Debit] = books.GetValueOrDefault(transfer.Legs.Debit) - transfer.Amount;
            books[transfer.Legs.Credit] = books.GetValueOrDefault(transfer.Legs.Credit) + transfer.Amount;
        }
        if (books.Values.Sum() != 0) return "the journal does not sum to zero";
        return books.GetValueOrDefault("available") == _wallet.Available && books.GetValueOrDefault("held") == _wallet.Held
            && books.GetValueOrDefault("earned") == _wallet.Captured && books.GetValueOrDefault("breakage") == _wallet.Expired
            && -books.GetValueOrDefault("issued") == _wallet.Granted ? null : "the wallet is not the fold of its journal";
    }

    Books Books(int now, int? job = null) => new(_wallet, "free", job is { } id ? _holds.GetValueOrDefault(JobId(id)) : null,
        [.. _grants.Where(grant => grant.Remaining > 0).OrderBy(grant => grant.ExpiresAt ?? DateTimeOffset.MaxValue)], At(now));

    string Write<T>((T Verdict, Posting Posting) decision) where T : struct, Enum
    {
        Write(decision.Posting);
        return decision.Verdict.ToString();
    }

    void Write(Posting posting)
    {
        foreach (var transfer in posting.Transfers)
        {
            if (!_operations.Add(transfer.Operation)) throw new InvalidOperationException($"{transfer.Operation} was posted twice");
            if (transfer.Amount <= 0 || transfer.Sequence != _journal.Count + 1) throw new InvalidOperationException($"{transfer} does not follow");
            _journal.Add(transfer);
        }
        _wallet = posting.Wallet;
        if (posting.Hold is { } hold) _holds[hold.JobId] = hold;
        if (posting.NewGrant is { } made) _grants.Add(made);
        foreach (var drawn in posting.Grants) _grants[_grants.FindIndex(grant => grant.Id == drawn.Id)] = drawn;
    }
}
