using System.Diagnostics.CodeAnalysis;
using VideoGen.HttpApi.Errors;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>The native API's answer: a value or a refusal, which a handler may return as it is.</summary>
internal readonly record struct NativeResult<T>(T? Value, ProblemAnswer? Refusal)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Refusal is null;

    /// <summary>True when it was refused with this code.</summary>
    public bool IsRefusedWith(ErrorCode code) => Refusal?.Problem.Code == code.Code;

    /// <summary>The refusal as the caller gets it: a dialect has an answer of its own for what is not there.</summary>
    /// <param name="missing">Stands for a native 404.</param>
    public ProblemAnswer RefusalOr(ProblemAnswer missing) => IsRefusedWith(ErrorCodes.NotFound) ? missing : Refusal!;

    public static implicit operator NativeResult<T>(T value) => new(value, Refusal: null);

    public static implicit operator NativeResult<T>(ProblemAnswer refusal) => new(Value: null, refusal);
}
