namespace VideoGen.Web.Operator;

/// <summary>Answer of <c>GET /admin/v1/connectors</c>.</summary>
public sealed record ConnectorsShown(IReadOnlyList<ConnectorShown> Data);

/// <summary>One way of having media made, and how its keys stand.</summary>
/// <param name="Kind"><c>vendor</c>, <c>local</c> or <c>simulation</c>.</param>
/// <param name="IsConfigured">False: it has no address or no key, and its routes are passed over.</param>
/// <param name="ConcurrentJobs">How much work each account may have at once; null for no limit.</param>
public sealed record ConnectorShown(
    string Name, string Kind, bool IsConfigured, int? ConcurrentJobs, IReadOnlyList<ConnectorKeyShown>? Keys);

/// <summary>A key at a vendor, and so an account there.</summary>
/// <param name="State"><c>ready</c>, <c>cooling</c> (left alone, because the vendor refused it) or <c>full</c>.</param>
/// <param name="CoolsUntil">When it may be used again.</param>
/// <param name="Reason"><c>quota</c> or <c>rate_limited</c>; null since it was well again.</param>
/// <param name="Failures">How often it was left alone without a success between.</param>
public sealed record ConnectorKeyShown(
    string Name, string? Fingerprint, string State, int Jobs, DateTimeOffset? CoolsUntil, string? Reason, int Failures)
{
    /// <summary>A class of the style sheet and what it means.</summary>
    public (string Tone, string Text) Words => State switch
    {
        "ready" => ("good", "ready"),
        "full" => ("fair", "full: its account has as much work as it may have"),
        "cooling" => ("bad", CoolsUntil is { } until ? $"left alone until {Layout.Shown.Time(until)}" : "left alone"),
        _ => ("idle", State),
    };

    public string ReasonWords => Reason switch
    {
        "quota" => "the vendor says that the account has no quota left",
        "rate_limited" => "the vendor says that it was asked too often",
        null => "",
        _ => Reason.Replace('_', ' '),
    };
}
