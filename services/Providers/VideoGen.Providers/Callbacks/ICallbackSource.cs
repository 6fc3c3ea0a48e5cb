namespace VideoGen.Providers.Callbacks;

/// <summary>
/// A vendor that says by itself when work has changed. A source checks and reads, it decides nothing: a verified callback only wakes the
/// attempt, and the vendor is asked before any state changes. Every implementation passes the conformance suite.
/// </summary>
internal interface ICallbackSource
{
    /// <summary>The last part of <c>/callbacks/{vendor}</c>, and the name of the vendor's connector.</summary>
    string Vendor { get; }

    /// <summary>The vendor's name for people.</summary>
    string Title { get; }

    /// <summary>False while no secret is set. Callbacks are refused then, for one without a signature must never be believed.</summary>
    bool IsConfigured { get; }

    /// <summary>Checks that the vendor has sent it, and reads which work it is about.</summary>
    ValueTask<CallbackVerdict> VerifyAsync(Callback callback, CancellationToken ct);
}

/// <summary>A vendor's request.</summary>
/// <param name="Body">The bytes as they came: what a signature covers.</param>
internal sealed record Callback(IHeaderDictionary Headers, IQueryCollection Query, ReadOnlyMemory<byte> Body);

/// <summary>The judgement of a source about a callback.</summary>
internal abstract record CallbackVerdict
{
    /// <summary>The vendor has sent it, at about this time.</summary>
    /// <param name="Id">The same for a repetition of the same message; at most 200 characters.</param>
    /// <param name="VendorId">The vendor's id of the work; null when the callback does not name it.</param>
    /// <param name="ClientReference">
    /// Our id of the attempt, where the vendor hands it back in a way that proves it was given to that vendor; null when it does not.
    /// </param>
    public sealed record Genuine(string Id, string? VendorId = null, Guid? ClientReference = null) : CallbackVerdict;

    /// <summary>The vendor asks whether the address is ours, before it uses it.</summary>
    /// <param name="Answer">What it wants to hear.</param>
    public sealed record Challenge(System.Text.Json.Nodes.JsonNode Answer) : CallbackVerdict;

    /// <summary>It does not prove that the vendor has sent it, or it is too old.</summary>
    /// <param name="Fault">Told to the sender.</param>
    public sealed record Forged(string Fault) : CallbackVerdict;
}
