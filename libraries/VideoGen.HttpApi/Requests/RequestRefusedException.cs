using Microsoft.AspNetCore.Http;
using VideoGen.HttpApi.Errors;

namespace VideoGen.HttpApi.Requests;

/// <summary>
/// A refusal from where no answer can be returned: the binding of a parameter. <see cref="ProblemMiddleware"/> answers with it.
/// </summary>
public sealed class RequestRefusedException(ProblemAnswer answer) : BadHttpRequestException(answer.Problem.Detail, answer.Problem.Status)
{
    public ProblemAnswer Answer { get; } = answer;
}
