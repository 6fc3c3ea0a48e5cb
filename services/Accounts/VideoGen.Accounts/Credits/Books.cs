namespace VideoGen.Accounts.Credits;

/// <summary>A customer's balances, integer credits. <see cref="Sequence"/> is the number of the last transfer.</summary>
internal sealed record Wallet(Guid AccountId, long Granted, long Captured, long Expired, long Held, long Sequence)
{
    public long Available => Granted - Captured - Expired - Held;
}

internal enum HoldState
{
    /// <summary>Expires by itself unless it is confirmed.</summary>
    Open,

    /// <summary>Stands until the job's end.</summary>
    Confirmed,

    Captured,
    Released,

    /// <summary>Given back because nobody confirmed it; a late confirmation may take it again.</summary>
    Expired,

    /// <summary>Expired, and the credits were gone when they were wanted again.</summary>
    Lost,
}

/// <param name="Round">How often the credits were taken.</param>
internal sealed record Hold(
    Guid JobId, Guid AccountId, string Model, long Amount, HoldState State, int Round, long Captured, DateTimeOffset ExpiresAt)
{
    public bool Stands => State is HoldState.Open or HoldState.Confirmed;
}

internal enum GrantSource
{
    Monthly,
    Operator,
}

/// <param name="ExpiresAt">When what remains of it expires; null for never.</param>
internal sealed record Grant(Guid Id, GrantSource Source, long Amount, long Remaining, DateTimeOffset? ExpiresAt);

internal enum TransferKind
{
    Grant,
    Hold,
    Capture,
    Release,
    Expire,
}

/// <summary>One row of the journal.</summary>
internal sealed record Transfer(
    long Sequence, TransferKind Kind, long Amount, string Operation, Guid? JobId, int? Round, string Reason, long AvailableAfter, long HeldAfter)
{
    /// <summary>The books that the amount leaves and enters.</summary>
    public (string Debit, string Credit) Legs => Kind switch
    {
        TransferKind.Grant => ("issued", "available"),
        TransferKind.Hold => ("available", "held"),
        TransferKind.Release => ("held", "available"),
        TransferKind.Capture => ("held", "earned"),
        TransferKind.Expire => ("available", "breakage"),
        _ => throw new InvalidOperationException($"Transfer kind {Kind} has no legs."),
    };
}

/// <summary>What a decision is made on, read under the wallet's lock.</summary>
/// <param name="Hold">The hold of the job in question, if there is one.</param>
/// <param name="Grants">Those with something left, the one that expires first in front; empty where the operation needs none.</param>
/// <param name="Now">The database's clock.</param>
/// <param name="IsClosed">The account has been deleted: what is held is settled, nothing more is.</param>
internal sealed record Books(
    Wallet Wallet, string Plan, Hold? Hold, IReadOnlyList<Grant> Grants, DateTimeOffset Now, bool IsClosed = false)
{
    /// <summary>False for a job without a hold and for a job of another account, which is treated as unknown.</summary>
    public bool OwnsHold => Hold is { } hold && hold.AccountId == Wallet.AccountId;
}

internal enum HoldVerdict
{
    Taken,
    Standing,
    InsufficientCredits,
    OtherAmount,
    AlreadyEnded,
}

internal enum ConfirmVerdict
{
    Confirmed,
    TakenAgain,

    /// <summary>Confirmed before, or ended: nothing to do.</summary>
    Settled,
    Lost,
    Unknown,
}

internal enum CaptureVerdict
{
    Captured,

    /// <summary>More was asked for than is held; the held amount was taken.</summary>
    CutToHold,
    TakenAgain,
    AlreadyCaptured,
    AlreadyEnded,

    /// <summary>The hold had expired and the credits are spent: the job was free.</summary>
    Uncollectable,
    Unknown,
}

internal enum ReleaseVerdict
{
    Released,
    AlreadyCaptured,
    AlreadyEnded,
    Unknown,
}
