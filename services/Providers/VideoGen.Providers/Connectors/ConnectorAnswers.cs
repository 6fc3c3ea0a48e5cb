using System.Text.Json;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors;

/// <summary>A vendor's answer to a create.</summary>
internal abstract record CreateAnswer
{
    /// <summary>The vendor has the work.</summary>
    /// <param name="State">Set by vendors that answer with a state, or with the result itself.</param>
    /// <param name="Memo">What the connector wants to be told again about this work, such as an address to read it at; null for nothing.</param>
    public sealed record Accepted(string VendorId, VendorState? State = null, JsonElement? Memo = null) : CreateAnswer;

    /// <summary>The vendor certainly does not have the work.</summary>
    public sealed record Refused(Refusal Refusal) : CreateAnswer;

    /// <summary>It can't be told from the answer whether the vendor has the work. The same as an exception.</summary>
    /// <param name="Detail">For the operator.</param>
    public sealed record Unknown(string Detail) : CreateAnswer;
}

/// <summary>How the work stands at a vendor.</summary>
internal abstract record VendorState
{
    /// <summary>Accepted, not begun.</summary>
    public sealed record Waiting : VendorState;

    /// <param name="Percent">0 to 99.</param>
    /// <param name="Step">One of <see cref="Steps"/>.</param>
    /// <param name="Message">For the customer; null for nothing to say.</param>
    /// <param name="LookAgainIn">Set when the connector knows that something happens then.</param>
    public sealed record Running(int Percent, string Step, string? Message = null, TimeSpan? LookAgainIn = null) : VendorState;

    /// <param name="Text">The result of a text model.</param>
    /// <param name="ExpireAt">When the links stop working, if the vendor says so.</param>
    public sealed record Succeeded(IReadOnlyList<GenerationOutput> Outputs, string? Text = null, DateTimeOffset? ExpireAt = null) : VendorState
    {
        /// <summary>What the vendor says it bills; empty when it says nothing.</summary>
        public IReadOnlyList<VendorUsage> Usage { get; init; } = [];
    }

    public sealed record Failed(Refusal Refusal) : VendorState;

    public sealed record Cancelled : VendorState;

    /// <summary>The vendor does not know this work, or no longer.</summary>
    public sealed record Gone : VendorState;

    /// <summary>The answer tells nothing about the work, for example because the vendor is overloaded. Ask again later.</summary>
    /// <param name="Detail">For the operator's logs: no answer as a whole, which holds prompts and signed links.</param>
    public sealed record Unknown(string Detail) : VendorState;
}

/// <summary>What a vendor says it bills for one piece of work, in its own unit.</summary>
/// <param name="Unit"><c>seconds</c>, <c>tokens</c>, <c>images</c>, <c>characters</c>, <c>credits</c>, <c>usd</c> and the like.</param>
internal sealed record VendorUsage(string Unit, decimal Quantity);

/// <summary>The steps that progress may name.</summary>
internal static class Steps
{
    public const string Queued = "queued";
    public const string ModelLoading = "model_loading";
    public const string FrameGeneration = "frame_generation";
    public const string Encoding = "encoding";
}

internal enum CancelAnswer
{
    /// <summary>Nothing runs any more.</summary>
    Stopped,

    /// <summary>It had ended before; its state tells how.</summary>
    AlreadyEnded,

    /// <summary>This vendor can't stop work; what it still makes is not wanted.</summary>
    NotPossible,
}

/// <summary>The result of a search for a lost create.</summary>
internal abstract record FindAnswer
{
    public sealed record Found(string VendorId, JsonElement? Memo = null) : FindAnswer;

    /// <summary>The vendor certainly never got it; another create is safe.</summary>
    public sealed record Absent : FindAnswer;

    /// <summary>It can't be told yet; ask again later.</summary>
    public sealed record Undecided : FindAnswer;
}
