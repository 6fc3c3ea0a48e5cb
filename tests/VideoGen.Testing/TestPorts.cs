using VideoGen.LocalServers;

namespace VideoGen.Testing;

/// <summary>Ports for what a test starts itself.</summary>
public static class TestPorts
{
    /// <summary>A port that nothing listens on now, outside the range the kernel gives to outgoing connections.</summary>
    public static int Free() => Ports.Free();
}
