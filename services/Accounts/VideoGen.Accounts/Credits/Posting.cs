namespace VideoGen.Accounts.Credits;

/// <summary>What an operation changes: the wallet after it, new transfers, and the hold and grants to write.</summary>
/// <param name="Hold">The hold as it must be written; null when it stays as it is.</param>
/// <param name="Grants">Grants of which something was drawn.</param>
internal sealed record Posting(Wallet Wallet, IReadOnlyList<Transfer> Transfers, Hold? Hold, IReadOnlyList<Grant> Grants, Grant? NewGrant)
{
    public static Posting Nothing(Books books) => new(books.Wallet, [], Hold: null, [], NewGrant: null);

    public bool IsEmpty => Transfers.Count == 0 && Hold is null && Grants.Count == 0 && NewGrant is null;

    /// <summary>Moves credits from available to held.</summary>
    public Posting Take(Hold hold, long amount, string reason) =>
        Move(TransferKind.Hold, amount, $"hold:{hold.JobId}:{hold.Round}", hold, reason) with { Hold = hold };

    /// <summary>Moves a standing hold back to available, whole.</summary>
    public Posting GiveBack(Hold hold, HoldState end, string reason) =>
        Move(TransferKind.Release, hold.Amount, $"release:{hold.JobId}:{hold.Round}", hold, reason) with { Hold = hold with { State = end } };

    /// <summary>Ends a hold with a payment; what was held beyond it goes back.</summary>
    /// <param name="held">What this round holds, where that is not the hold's amount.</param>
    public Posting Settle(Hold hold, long amount, IReadOnlyList<Grant> grants, long? held = null) =>
        Move(TransferKind.Capture, amount, $"capture:{hold.JobId}:{hold.Round}", hold, "job_completed")
            .Move(TransferKind.Release, (held ?? hold.Amount) - amount, $"release:{hold.JobId}:{hold.Round}", hold, "unused") with
        {
            Hold = hold with { State = HoldState.Captured, Captured = amount },
            Grants = Ledger.Draw(grants, amount),
        };

    /// <summary>Appends a transfer and applies it to the wallet. Nothing moves nothing: no row.</summary>
    public Posting Move(TransferKind kind, long amount, string operation, Hold? hold, string reason)
    {
        if (amount == 0) return this;
        var wallet = Apply(Wallet, kind, amount);
        var transfer = new Transfer(wallet.Sequence, kind, amount, operation, hold?.JobId, hold?.Round, reason, wallet.Available, wallet.Held);
        return this with { Wallet = wallet, Transfers = [.. Transfers, transfer] };
    }

    static Wallet Apply(Wallet wallet, TransferKind kind, long amount)
    {
        var next = wallet with { Sequence = wallet.Sequence + 1 };
        return checked(kind switch
        {
            TransferKind.Grant => next with { Granted = wallet.Granted + amount },
            TransferKind.Hold => next with { Held = wallet.Held + amount },
            TransferKind.Release => next with { Held = wallet.Held - amount },
            TransferKind.Capture => next with { Held = wallet.Held - amount, Captured = wallet.Captured + amount },
            TransferKind.Expire => next with { Expired = wallet.Expired + amount },
            _ => throw new InvalidOperationException($"Transfer kind {kind} moves nothing."),
        });
    }
}
