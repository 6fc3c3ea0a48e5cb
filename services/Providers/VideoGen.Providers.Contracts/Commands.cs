using System.Text.Json;

namespace VideoGen.Providers.Contracts.Commands;

/// <summary>Jobs → Providers: make this. Repeating it changes nothing: one generation a job.</summary>
/// <param name="Model">Slug of the catalogue.</param>
/// <param name="Input">The validated input with the schema's defaults filled in; asset fields hold asset ids.</param>
/// <param name="Assets">Every asset that the input names, with a link to its bytes.</param>
/// <param name="Test">True: a test key's job or one that asked for a simulation. Run it on the simulator, whatever the routes say.</param>
/// <param name="Script">What the simulator was asked to do, if anything.</param>
/// <param name="Deadline">After this the job has failed; do not start anything.</param>
public sealed record StartGeneration(
    Guid JobId, Guid AccountId, string Model, JsonElement Input, IReadOnlyList<GenerationAsset> Assets, bool Test,
    SimulatorScript? Script, DateTimeOffset Deadline);

/// <summary>Jobs → Providers: stop this generation; answered by <c>GenerationCancelled</c> (or by its own end, if that came first).</summary>
public sealed record CancelGeneration(Guid JobId, string Reason);

/// <summary>Jobs → Providers: the output links no longer work; answer <c>GenerationSucceeded</c> again with fresh ones, or <c>GenerationFailed</c>.</summary>
public sealed record RenewOutputs(Guid JobId, Guid AttemptId);
