using System.Diagnostics;
using OpenTelemetry.Trace;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>
/// Decides where a trace may begin: at a request that came or at a message. A call or a statement that neither of them caused is a poll; it is
/// not recorded, and neither is what it causes in another service, because the decision travels with the call.
/// </summary>
sealed class WorkSampler : Sampler
{
    /// <param name="isEntrance">True where requests come from outside, whose own decision about sampling is not ours.</param>
    internal static Sampler Create(bool isEntrance) =>
        isEntrance ? new ParentBasedSampler(new WorkSampler(), remoteParentNotSampled: new WorkSampler()) : new ParentBasedSampler(new WorkSampler());

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) => new(
        samplingParameters.Kind is ActivityKind.Server or ActivityKind.Consumer or ActivityKind.Producer ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
}
