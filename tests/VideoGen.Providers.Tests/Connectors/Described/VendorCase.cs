using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>One task of one vendor.</summary>
public sealed record Spoken(string Vendor, string Task)
{
    public override string ToString() => $"{Vendor} {Task}";
}

/// <summary>What is expected of every vendor, in one situation.</summary>
/// <param name="Fits">Whether there is such a situation with the vendor's task.</param>
/// <param name="How">What the simulated vendor is told to do, where the case has several forms.</param>
internal sealed record VendorCase(string Name, Behaviour? How, Func<Spoken, bool> Fits, Func<VendorCases, Spoken, Behaviour, Task> Run)
{
    public Task RunAsync(VendorCases cases, Spoken one) => Run(cases, one, How ?? Behaviour.Good);

    public override string ToString() => How is { } how ? $"{Name} ({how})" : Name;
}
