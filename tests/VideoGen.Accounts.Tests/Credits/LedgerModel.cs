using VideoGen.Accounts.Credits;

namespace VideoGen.Accounts.Tests.Credits;

/// <summary>
/// What the ledger must do, told a second time and in another way: no wallet row, no grants to draw from, no transfers, but single
/// credits. Each credit is in one place and knows when it expires; an operation moves credits. Slow, and easy to believe.
/// </summary>
internal sealed class LedgerModel
{
    readonly List<Credit> _credits = [];
    readonly Dictionary<int, Job> _jobs = [];

    public int Available => Customer.Count() - Held;

    public int Held => _jobs.Values.Where(job => job.State is "open" or "confirmed").Sum(job => job.Price);

    public int Captured => _credits.Count(credit => credit.Place == "earned");

    public int Expired => _credits.Count(credit => credit.Place == "breakage");

    public int Granted => _credits.Count;

    IEnumerable<Credit> Customer => _credits.Where(credit => credit.Place == "customer");

    public string? StateOf(int job) => _jobs.TryGetValue(job, out var known) ? known.State : null;

    public string Apply(LedgerOperation operation, int now) => operation switch
    {
        LedgerOperation.Grant grant => Grant(grant.Amount, grant.Lifetime is { } lifetime ? now + lifetime : int.MaxValue),
        LedgerOperation.Hold hold => Hold(hold.Job, hold.Amount, now + hold.Lifetime),
        LedgerOperation.Confirm confirm => Confirm(confirm.Job),
        LedgerOperation.Capture capture => Capture(capture.Job, capture.Amount),
        LedgerOperation.Release release => Release(release.Job),
        LedgerOperation.Sweep => Sweep(now),
        LedgerOperation.Expire => Expire(now),
        LedgerOperation.Wait => "Waited",
        _ => throw new NotSupportedException(operation.ToString()),
    };

    string Grant(int amount, int expiresAt)
    {
        for (var made = 0; made < amount; made++) _credits.Add(new Credit(expiresAt));
        return "Granted";
    }

    string Hold(int job, int price, int expiresAt)
    {
        if (_jobs.TryGetValue(job, out var known))
        {
            if (known.Price != price) return nameof(HoldVerdict.OtherAmount);
            if (known.State is "open" or "confirmed") return nameof(HoldVerdict.Standing);
            if (known.State != "expired") return nameof(HoldVerdict.AlreadyEnded);
        }
        if (price > Available) return nameof(HoldVerdict.InsufficientCredits);
        _jobs[job] = new Job(price, expiresAt) { State = "open" };
        return nameof(HoldVerdict.Taken);
    }

    string Confirm(int job)
    {
        if (!_jobs.TryGetValue(job, out var known)) return nameof(ConfirmVerdict.Unknown);
        switch (known.State)
        {
            case "open":
                known.State = "confirmed";
                return nameof(ConfirmVerdict.Confirmed);
            case "expired" when known.Price <= Available:
                known.State = "confirmed";
                return nameof(ConfirmVerdict.TakenAgain);
            case "expired" or "lost":
                known.State = "lost";
                return nameof(ConfirmVerdict.Lost);
            default:
                return nameof(ConfirmVerdict.Settled);
        }
    }

    string Capture(int job, int amount)
    {
        if (!_jobs.TryGetValue(job, out var known)) return nameof(CaptureVerdict.Unknown);
        var pay = Math.Min(amount, known.Price);
        switch (known.State)
        {
            case "open" or "confirmed":
                Pay(known, pay);
                return amount > known.Price ? nameof(CaptureVerdict.CutToHold) : nameof(CaptureVerdict.Captured);
            case "expired" when pay <= Available:
                Pay(known, pay);
                return nameof(CaptureVerdict.TakenAgain);
            case "expired":
                known.State = "lost";
                return nameof(CaptureVerdict.Uncollectable);
            case "captured" when known.Paid == pay:
                return nameof(CaptureVerdict.AlreadyCaptured);
            default:
                return nameof(CaptureVerdict.AlreadyEnded);
        }
    }

    void Pay(Job job, int amount)
    {
        (job.State, job.Paid) = ("captured", amount);
        foreach (var credit in Customer.OrderBy(credit => credit.ExpiresAt).Take(amount).ToList()) credit.Place = "earned";
    }

    string Release(int job)
    {
        if (!_jobs.TryGetValue(job, out var known)) return nameof(ReleaseVerdict.Unknown);
        if (known.State == "captured") return nameof(ReleaseVerdict.AlreadyCaptured);
        if (known.State is "released" or "lost") return nameof(ReleaseVerdict.AlreadyEnded);
        known.State = "released";
        return nameof(ReleaseVerdict.Released);
    }

    string Sweep(int now)
    {
        foreach (var job in _jobs.Values.Where(job => job.State == "open" && job.ExpiresAt <= now)) job.State = "expired";
        return "Swept";
    }

    string Expire(int now)
    {
        // The credits that expire first are the ones that are held: as many of the due ones stay as are held.
        var due = Customer.Where(credit => credit.ExpiresAt <= now).OrderBy(credit => credit.ExpiresAt).ToList();
        foreach (var credit in due.Take(Math.Max(0, due.Count - Held))) credit.Place = "breakage";
        return "Expired";
    }

    sealed class Credit(int expiresAt)
    {
        public int ExpiresAt { get; } = expiresAt;

        public string Place { get; set; } = "customer";
    }

    sealed class Job(int price, int expiresAt)
    {
        public int Price { get; } = price;

        public int ExpiresAt { get; } = expiresAt;

        public string State { get; set; } = "";

        public int Paid { get; set; }
    }
}
