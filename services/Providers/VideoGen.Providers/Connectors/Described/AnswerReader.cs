using Newtonsoft.Json.Linq;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// What a vendor's HTTP answer means by its description. Pure: no clock, no network; so it is tested by the answers that the vendors'
/// documents show.
/// </summary>
internal sealed class AnswerReader(VendorDescription vendor, TaskDescription task)
{
    /// <summary>Why an answer is an error.</summary>
    /// <param name="Rule">The one that fits.</param>
    /// <param name="Meaning">Null: as the status says.</param>
    /// <param name="Brief">Without the vendor's sentences, for logs.</param>
    /// <param name="IsSpoken">The API itself answered, in its own form, and not something on the way to it.</param>
    sealed record Fault(ErrorRule? Rule, ErrorMeaning? Meaning, string Detail, string Brief, bool IsSpoken);

    readonly Expression? _success = task.Answers.Success ?? vendor.Answers.Success;
    readonly Expression? _code = task.Answers.Code ?? vendor.Answers.Code;
    readonly Expression? _message = task.Answers.Message ?? vendor.Answers.Message;
    readonly IReadOnlyList<ErrorRule> _errors = [.. task.Answers.Errors, .. vendor.Answers.Errors];

    /// <summary>The answer to a create. For a vendor whose answer is the result, the state is that result.</summary>
    /// <param name="reference">Stands for the vendor's id where there is none.</param>
    /// <param name="work">What expressions about the work are over: <c>model</c>, <c>settings</c>.</param>
    public CreateAnswer ReadCreate(VendorAnswer answer, Guid reference, Scope work, DateTimeOffset now)
    {
        var body = BodyOf(answer);
        if (Refused(answer, body) is { } why)
        {
            var isRule = why.Rule is not null;
            // A 2xx that is no success is no refusal either, as long as the description does not know what it says.
            var isClear = isRule || (!VendorStatus.IsUnclear(answer.Status, answer.RetryAfter) && answer.Status is < 200 or >= 300);
            if (why.Meaning == ErrorMeaning.Unknown || !isClear) return new CreateAnswer.Unknown(why.Detail);
            return new CreateAnswer.Refused(RefusalOf(why, answer, OfCreate(why, answer)));
        }

        if (task.Read is null)
        {
            if (OutputReader.Read(task, answer, body, work, now) is { } made) return new CreateAnswer.Accepted(reference.ToString(), made);
            return answer.Body.Length == 0 || body is null
                ? new CreateAnswer.Unknown($"{answer.Status} with {answer.MediaType ?? "no media type"} and nothing of use")
                : new CreateAnswer.Refused(Refusal.OfFailure("The provider made nothing.", Detail(answer)));
        }

        return body is not null && task.Create.Id!.TextOf(body) is var id && VendorText.IsId(id)
            ? new CreateAnswer.Accepted(id)
            : new CreateAnswer.Unknown($"{answer.Status} without an id: {Detail(answer)}");
    }

    /// <summary>The answer to a read. It has the outputs, unless a second read fetches them.</summary>
    public VendorState ReadState(VendorAnswer answer, Scope work, DateTimeOffset now)
    {
        var body = BodyOf(answer);
        if (Refused(answer, body) is { } why) return StateOf(why, answer);
        if (task.Read!.StatusStates.TryGetValue($"{answer.Status}", out var byStatus) && byStatus is WorkState.Waiting or WorkState.Running)
            return byStatus == WorkState.Running ? Running(body) : new VendorState.Waiting();
        if (body is null) return new VendorState.Unknown($"{answer.Status} with {answer.MediaType ?? "no media type"}, which is no JSON");
        if (MeaningOf(body) is not { } meaning) return new VendorState.Unknown(
            $"{answer.Status} with a state that the description does not know: {Word(task.Read.State.TextOf(body))}");
        return meaning.As switch
        {
            WorkState.Waiting => new VendorState.Waiting(),
            WorkState.Running => Running(body),
            WorkState.Succeeded => task.Result.Path is null ? Delivered(answer, body, work, now) : new VendorState.Succeeded([]),
            WorkState.Cancelled => new VendorState.Cancelled(),
            WorkState.Gone => new VendorState.Gone(),
            _ => new VendorState.Failed(RefusalOf(FailureOf(answer, body, meaning), answer, meaning.Charged)),
        };
    }

    /// <summary>The answer to the second read.</summary>
    public VendorState ReadResult(VendorAnswer answer, Scope work, DateTimeOffset now)
    {
        var body = BodyOf(answer);
        if (Refused(answer, body) is { } why) return StateOf(why, answer);
        return body is null ? new VendorState.Unknown("the result is no JSON") : Delivered(answer, body, work, now);
    }

    /// <summary>Why an answer is an error; null when it is none.</summary>
    public Refusal? FaultOf(VendorAnswer answer) => Refused(answer, BodyOf(answer)) is { } why ? RefusalOf(why, answer, Charged.Unknown)
        : null;

    /// <summary>
    /// Whether a create that was refused is billed, where no rule says it. What is refused before any work is done is not; a failure of the
    /// vendor, and content that it may have looked at with its model first, can be.
    /// </summary>
    static Charged OfCreate(Fault why, VendorAnswer answer) => why.Meaning switch
    {
        ErrorMeaning.Input or ErrorMeaning.Money or ErrorMeaning.Capacity or ErrorMeaning.Retired or ErrorMeaning.Gone => Charged.No,
        ErrorMeaning.Vendor or ErrorMeaning.Content => answer.Status is >= 400 and < 500 ? Charged.No : Charged.Unknown,
        _ => answer.Status is 0 or >= 400 and < 500 ? Charged.No : Charged.Unknown,
    };

    /// <summary>True when the vendor says that it does not know what was asked for.</summary>
    public bool IsGone(VendorAnswer answer) => Refused(answer, BodyOf(answer)) is { } why && MeaningOf(why, answer) == ErrorMeaning.Gone;

    static Scope? BodyOf(VendorAnswer answer) => answer.Body.Length == 0 ? null : Scope.TryParse(answer.Text);

    /// <summary>By a rule, by the status, or because the success test fails.</summary>
    Fault? Refused(VendorAnswer answer, Scope? body)
    {
        var isError = answer.Status is < 200 or >= 300;
        var fails = !isError && _success is not null && body is not null && _success.TextOf(body) != "true";
        if (!isError && !fails) return null;
        var rule = RuleFor(answer, body);
        var meaning = rule?.Is ?? (fails ? ErrorMeaning.Vendor : null);
        return new Fault(rule, meaning, Detail(answer), Brief(answer, body), IsSpoken: body?.Root is JObject);
    }

    ErrorRule? RuleFor(VendorAnswer answer, Scope? body)
    {
        var code = body is null ? null : _code?.TextOf(body);
        // Not the whole of a JSON answer: vendors repeat the input in it, and what a customer writes must not decide what a failure means.
        var message = body is null ? answer.Text : _message?.TextOf(body) ?? "";
        if (message.Length > 20_000) message = message[..20_000];
        // What a gateway between writes into its page are not the vendor's words.
        var isUnclear = VendorStatus.IsUnclear(answer.Status, answer.RetryAfter);
        return _errors.FirstOrDefault(rule =>
            (!isUnclear || rule.Status is not null || rule.Code is not null)
            && rule.Status?.Contains(answer.Status) != false && rule.Code?.Any(known => IsCode(known, code)) != false
            && rule.Text?.IsMatch(message) != false);
    }

    static bool IsCode(string known, string? code) => code is not null
        && (known.EndsWith('*') ? code.StartsWith(known[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(known, code, StringComparison.OrdinalIgnoreCase));

    Fault FailureOf(VendorAnswer answer, Scope body, StateMeaning state)
    {
        // What the state itself says about content or input is more than a rule about codes can know.
        var rule = state.Is == ErrorMeaning.Vendor ? RuleFor(answer, body) : null;
        return new Fault(rule, rule?.Is ?? state.Is, Detail(answer), Brief(answer, body), IsSpoken: true);
    }

    static ErrorMeaning MeaningOf(Fault why, VendorAnswer answer) =>
        why.Meaning ?? answer.Refusal?.Kind switch
    {
        RefusalKind.Input => ErrorMeaning.Input,
        RefusalKind.Quota => ErrorMeaning.Money,
        // A page that a proxy answers with says nothing about the work.
        RefusalKind.Lost => why.IsSpoken ? ErrorMeaning.Gone : ErrorMeaning.Unknown,
        RefusalKind.RateLimited or RefusalKind.Unavailable => ErrorMeaning.Capacity,
        _ => ErrorMeaning.Vendor,
    };

    /// <summary>An error while reading: only what is about the work itself ends it.</summary>
    static VendorState StateOf(Fault why, VendorAnswer answer) =>
        MeaningOf(why, answer) switch
    {
        ErrorMeaning.Gone => new VendorState.Gone(),
        // By a rule only: a 400 or a 500 that nobody has described may as well be about the question.
        ErrorMeaning.Input or ErrorMeaning.Content or ErrorMeaning.Vendor when why.Rule is not null =>
            new VendorState.Failed(RefusalOf(why, answer, Charged.Unknown)),
        _ => new VendorState.Unknown(why.Brief),
    };

    StateMeaning? MeaningOf(Scope body)
    {
        var word = task.Read!.State.TextOf(body) ?? "";
        return task.Read.States.FirstOrDefault(state => string.Equals(state.Key, word, StringComparison.OrdinalIgnoreCase)).Value;
    }

    VendorState.Running Running(Scope? body)
    {
        var part = body is null ? null : task.Read!.Progress?.NumberOf(body);
        return new VendorState.Running(part is { } done ? (int)Math.Clamp(done / task.Read!.ProgressScale * 100, 0, 99) : 0,
            Steps.FrameGeneration);
    }

    /// <summary>
    /// The vendor says that it has made something: where that can't be seen, another one must not be asked to make it again.
    /// </summary>
    VendorState Delivered(VendorAnswer answer, Scope body, Scope work, DateTimeOffset now) =>
        OutputReader.Read(task, answer, body, work, now) ?? (VendorState)new VendorState.Unknown("succeeded, with nothing that was made");

    /// <param name="charged">Unless a rule says it.</param>
    static Refusal RefusalOf(Fault why, VendorAnswer answer, Charged charged)
    {
        var wait = answer.RetryAfter ?? (why.Rule?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var refusal = why.Meaning switch
        {
            null => answer.Refusal ?? Refusal.OfFailure("The provider answered with an error."),
            ErrorMeaning.Input => Refusal.OfInput("The provider refused the input."),
            ErrorMeaning.Content =>
                new Refusal(RefusalKind.Content, ErrorCodes.ContentRejected, "The provider does not allow this content."),
            ErrorMeaning.Money =>
                new Refusal(RefusalKind.Quota, ErrorCodes.ProviderUnavailable, "The provider does not accept jobs at present."),
            ErrorMeaning.Capacity =>
                new Refusal(RefusalKind.RateLimited, ErrorCodes.ProviderUnavailable, "The provider has too much to do."),
            ErrorMeaning.Retired =>
                new Refusal(RefusalKind.Failed, ErrorCodes.ProviderUnavailable, "The provider no longer offers this model."),
            ErrorMeaning.Gone => Refusal.OfLoss(),
            _ => Refusal.OfFailure("The provider failed."),
        };
        return refusal with { Detail = why.Detail, RetryAfter = wait, Charged = why.Rule?.Charged ?? charged };
    }

    string Brief(VendorAnswer answer, Scope? body) => $"{answer.Status} {Word(body is null ? null : _code?.TextOf(body))}".TrimEnd();

    /// <summary>A word for a state or an error, for logs; anything else may be a customer's sentence or a signed link.</summary>
    static string Word(string? text) =>
        text is { Length: > 0 and <= 60 } && text.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '_' or '-' or '.') ? text : "";

    static string Detail(VendorAnswer answer) => VendorStatus.Shortened(answer.Refusal?.Detail ?? $"{answer.Status}: {answer.Text}");
}
