namespace VideoGen.VendorSimulators;

/// <summary>How a simulated vendor breaks its own documents, so that the tests of vendors can be tested: each must be caught.</summary>
internal enum Misbehaviour
{
    None,

    /// <summary>Each create stands in the books twice, as if it had been sent twice.</summary>
    TakesTwice,

    /// <summary>Takes what its documents refuse.</summary>
    TakesWhatItShouldRefuse,

    /// <summary>Refuses with a bare 500.</summary>
    RefusesWithoutWords,

    /// <summary>Does not know the work that it has taken.</summary>
    ForgetsWork,

    /// <summary>Knows work that it has never taken.</summary>
    KnowsStrangers,

    NeverFinishes,

    /// <summary>Finishes and shows nothing that was made.</summary>
    FinishesEmptyHanded,

    /// <summary>Its links lead to something else.</summary>
    ServesOtherBytes,

    /// <summary>The links that have expired are given again.</summary>
    RepeatsDeadLinks,

    /// <summary>Says words that are in no document.</summary>
    SaysUnknownWords,

    /// <summary>Shows no work to whoever looks for a lost create.</summary>
    HidesWork,

    /// <summary>Shows somebody else's work, too.</summary>
    ShowsStrangersWork,

    /// <summary>Says yes to a cancel and goes on.</summary>
    GoesOnAfterCancel,

    /// <summary>Says no to a cancel, whatever its documents say, and goes on.</summary>
    RefusesCancel,

    /// <summary>Deletes what has ended as soon as that was read.</summary>
    DeletesWhatWasRead,

    /// <summary>Never recovers from a read that went wrong.</summary>
    StaysBroken,

    /// <summary>Says that it succeeded where it failed.</summary>
    CallsFailureSuccess,

    /// <summary>Keeps to itself that the content was the reason.</summary>
    FailsWithoutReason,
}
