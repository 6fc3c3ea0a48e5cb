namespace VideoGen.Accounts.Credits;

/// <summary>
/// The ledger's decisions, pure: what an operation does to a customer's books, given the books as they stand.
/// <para>
/// Guarantee: credits are neither made nor lost. Whatever operations come, how often and in whatever order, a hold is captured
/// or given back at most once, never captured beyond its amount, and <c>available = granted − captured − expired − held</c>
/// never falls below zero. The tables repeat these rules as constraints.
/// </para>
/// <para>
/// Protocol: 1. <see cref="LedgerStore"/> locks the wallet's row and loads the books. 2. A method of this class answers a
/// verdict and a <see cref="Posting"/>. 3. The store writes the posting in the same transaction.
/// </para>
/// <para>
/// What may go wrong: messages arrive twice or out of order. So the ends of a hold (captured, released, lost) absorb whatever
/// comes later; only an expired hold may be taken again, by a confirmation or a capture that was late, as a new round.
/// </para>
/// </summary>
internal static class Ledger
{
    /// <summary>Sets credits aside for a job. The same request again finds the hold standing and changes nothing.</summary>
    public static (HoldVerdict Verdict, Posting Posting) TakeHold(Books books, Guid jobId, string model, long amount, TimeSpan lifetime)
    {
        var posting = Posting.Nothing(books);
        var round = 1;
        if (books.Hold is { } present)
        {
            if (present.AccountId != books.Wallet.AccountId || present.Amount != amount) return (HoldVerdict.OtherAmount, posting);
            if (present.Stands) return (HoldVerdict.Standing, posting);
            if (present.State != HoldState.Expired) return (HoldVerdict.AlreadyEnded, posting);
            round = present.Round + 1;
        }
        if (amount > books.Wallet.Available) return (HoldVerdict.InsufficientCredits, posting);

        var hold = new Hold(jobId, books.Wallet.AccountId, model, amount, HoldState.Open, round, Captured: 0, books.Now + lifetime);
        return (HoldVerdict.Taken, posting.Take(hold, amount, "job_submitted"));
    }

    /// <summary>The job is committed: its hold no longer expires. One that expired is taken again, or is lost for good.</summary>
    public static (ConfirmVerdict Verdict, Posting Posting) Confirm(Books books)
    {
        var posting = Posting.Nothing(books);
        return books.Hold switch
        {
            null => (ConfirmVerdict.Unknown, posting),
            { State: HoldState.Open } hold => (ConfirmVerdict.Confirmed, posting with { Hold = hold with { State = HoldState.Confirmed } }),
            { State: HoldState.Expired } hold when hold.Amount <= books.Wallet.Available => (ConfirmVerdict.TakenAgain,
                posting.Take(hold with { State = HoldState.Confirmed, Round = hold.Round + 1 }, hold.Amount, "hold_taken_again")),
            { State: HoldState.Expired } hold => (ConfirmVerdict.Lost, posting with { Hold = hold with { State = HoldState.Lost } }),
            { State: HoldState.Lost } => (ConfirmVerdict.Lost, posting),
            _ => (ConfirmVerdict.Settled, posting),
        };
    }

    /// <summary>The job completed: takes <paramref name="amount"/>, never more than is held, and gives the rest back.</summary>
    public static (CaptureVerdict Verdict, Posting Posting) Capture(Books books, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        var posting = Posting.Nothing(books);
        if (books.Hold is not { } hold) return (CaptureVerdict.Unknown, posting);

        var due = Math.Min(amount, hold.Amount);
        switch (hold.State)
        {
            case HoldState.Open or HoldState.Confirmed:
                return (amount > hold.Amount ? CaptureVerdict.CutToHold : CaptureVerdict.Captured, posting.Settle(hold, due, books.Grants));
            case HoldState.Expired when due <= books.Wallet.Available:
                var again = hold with { Round = hold.Round + 1 };
                return (CaptureVerdict.TakenAgain, posting.Take(again, due, "hold_taken_again").Settle(again, due, books.Grants, held: due));
            case HoldState.Expired:
                return (CaptureVerdict.Uncollectable, posting with { Hold = hold with { State = HoldState.Lost } });
            case HoldState.Captured when hold.Captured == due:
                return (CaptureVerdict.AlreadyCaptured, posting);
            default:
                return (CaptureVerdict.AlreadyEnded, posting);
        }
    }

    /// <summary>The job ended without success: gives the whole hold back.</summary>
    public static (ReleaseVerdict Verdict, Posting Posting) Release(Books books, string reason)
    {
        var posting = Posting.Nothing(books);
        return books.Hold switch
        {
            null => (ReleaseVerdict.Unknown, posting),
            { Stands: true } hold => (ReleaseVerdict.Released, posting.GiveBack(hold, HoldState.Released, reason)),
            // The credits are back already; marking the end keeps a late confirmation from taking them again.
            { State: HoldState.Expired } hold => (ReleaseVerdict.Released, posting with { Hold = hold with { State = HoldState.Released } }),
            { State: HoldState.Captured } => (ReleaseVerdict.AlreadyCaptured, posting),
            _ => (ReleaseVerdict.AlreadyEnded, posting),
        };
    }

    /// <summary>
    /// The end of a hold that was not taken yet: the request for it is late or on its way, and must find that its submit is over.
    /// </summary>
    public static Posting Forestall(Books books, Guid jobId) => books.Hold is null
        ? Posting.Nothing(books) with
        {
            Hold = new Hold(jobId, books.Wallet.AccountId, "unknown", Amount: 0, HoldState.Released, Round: 1, Captured: 0, books.Now),
        }
        : Posting.Nothing(books);

    /// <summary>Gives a hold back that nobody confirmed in time.</summary>
    public static Posting ExpireHold(Books books) => books.Hold is { State: HoldState.Open } hold && hold.ExpiresAt <= books.Now
        ? Posting.Nothing(books).GiveBack(hold, HoldState.Expired, "hold_expired")
        : Posting.Nothing(books);

    /// <summary>Gives credits to the account.</summary>
    /// <param name="operation">Unique name of what causes it; the same one can't grant twice.</param>
    /// <param name="expiresAt">When what is left of it expires; null for never.</param>
    public static Posting AddGrant(Books books, Guid grantId, GrantSource source, long amount, string operation, string reason, DateTimeOffset? expiresAt)
    {
        var posting = Posting.Nothing(books);
        if (amount == 0) return posting;
        return posting.Move(TransferKind.Grant, amount, operation, hold: null, reason) with
        {
            NewGrant = new Grant(grantId, source, amount, amount, expiresAt),
        };
    }

    /// <summary>
    /// Expires what is left of the grants whose time has come. Held credits are drawn from the grants that expire first, so that
    /// much is spared until the hold has ended: <c>Left</c> tells how much is still to expire then.
    /// </summary>
    public static (long Left, Posting Posting) ExpireCredits(Books books)
    {
        var due = books.Grants.Where(grant => grant.ExpiresAt <= books.Now).ToList();
        var total = due.Sum(grant => grant.Remaining);
        var amount = Math.Max(0, total - books.Wallet.Held);
        var posting = Posting.Nothing(books) with { Grants = Draw(due, amount) };
        foreach (var (before, after) in due.Zip(posting.Grants))
        {
            var reason = before.Source == GrantSource.Monthly ? "cycle_ended" : "grant_expired";
            var operation = $"expire:{before.Id}:{before.Remaining}";
            posting = posting.Move(TransferKind.Expire, before.Remaining - after.Remaining, operation, hold: null, reason);
        }
        return (total - amount, posting);
    }

    /// <summary>Takes an amount from grants in their order; answers those that changed.</summary>
    internal static IReadOnlyList<Grant> Draw(IEnumerable<Grant> grants, long amount)
    {
        var drawn = new List<Grant>();
        foreach (var grant in grants)
        {
            if (amount == 0) break;
            var part = Math.Min(amount, grant.Remaining);
            drawn.Add(grant with { Remaining = grant.Remaining - part });
            amount -= part;
        }
        return amount == 0 ? drawn : throw new InvalidOperationException($"The grants of a wallet lack {amount} credits of its balance.");
    }
}
