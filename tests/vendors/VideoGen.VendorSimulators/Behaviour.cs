namespace VideoGen.VendorSimulators;

/// <summary>What a vendor does with a create, or with the reads of its work.</summary>
internal enum Behaviour
{
    Good,

    /// <summary>Takes the work and lets the connection break before its answer.</summary>
    LoseAnswer,

    /// <summary>Breaks the connection and takes nothing.</summary>
    NeverArrive,

    /// <summary>Takes the work; a gateway between answers 502.</summary>
    BadGateway,

    /// <summary>Takes the work and answers with a page for people.</summary>
    Garbage,

    /// <summary>Takes the work and announces an answer of ten gigabytes.</summary>
    Huge,

    /// <summary>Takes the work; the connection breaks in the midst of its answer.</summary>
    Breaks,

    /// <summary>Takes the work and calls its good answer a text.</summary>
    WrongType,

    RefuseContent,
    RefuseInput,
    RefuseMoney,
    RefuseKey,
    Busy,
    Retired,

    /// <summary>Takes the work and fails at it.</summary>
    Fail,

    /// <summary>Takes the work and refuses its content in the end.</summary>
    FailContent,

    /// <summary>Takes the work and never gets further than running.</summary>
    Slow,

    /// <summary>Takes the work and never begins.</summary>
    Stall,

    /// <summary>Of reads: the next three answer 500.</summary>
    ReadsFail,

    /// <summary>Of reads: the next one is a page for people.</summary>
    ReadGarbage,

    /// <summary>Of reads: the next one announces ten gigabytes.</summary>
    ReadHuge,

    /// <summary>Of reads: the connection breaks in mid-answer.</summary>
    ReadBreaks,

    /// <summary>Of reads: too many.</summary>
    ReadsBusy,

    /// <summary>Of reads: the next good answer is called a text.</summary>
    ReadWrongType,
}
