namespace VideoGen.Storage.Tests.Hosting;

/// <summary>The secrets of the services under test.</summary>
internal static class Keys
{
    public const string Caller = "caller-key-of-the-storage-tests-0123456789";
    public const string Links = "link-key-of-the-storage-tests-0123456789abcdef";
}
