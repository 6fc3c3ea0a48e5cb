using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.AppHost.Demo;

/// <summary>
/// The account a developer begins with: made at the first run, kept in <c>demo.json</c> (mode 0600), given to Accounts, which
/// creates it when it is missing.
/// </summary>
/// <param name="ApiKey">A live key: spends the account's credits.</param>
/// <param name="TestKey">Runs on the simulator and spends nothing.</param>
/// <param name="OperatorKey">Opens <c>/admin/v1</c>.</param>
internal sealed record DemoAccount(
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("api_key")] string ApiKey,
    [property: JsonPropertyName("test_key")] string TestKey,
    [property: JsonPropertyName("operator_key")] string OperatorKey)
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 32;
    private const int ChecksumLength = 6;
    private const int PasswordLength = 20;
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal static DemoAccount KeptIn(string folder)
    {
        var file = Path.Combine(folder, "demo.json");
        if (File.Exists(file))
            return JsonSerializer.Deserialize<DemoAccount>(File.ReadAllText(file)) ?? throw new InvalidDataException($"{file} is empty; delete it.");
        var account = new DemoAccount(
            "demo@example.com", RandomNumberGenerator.GetString(Base62, PasswordLength), NewKey("vg_live_"), NewKey("vg_test_"), NewKey("vg_live_"));
        Directory.CreateDirectory(folder, OwnerFolder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using var writer = new StreamWriter(file, options);
        writer.Write(JsonSerializer.Serialize(account));
        return account;
    }

    /// <summary>The format of API keys: prefix, 32 random characters, CRC-32 of all that in six.</summary>
    internal static string NewKey(string prefix)
    {
        var key = prefix + RandomNumberGenerator.GetString(Base62, SecretLength);
        return key + Checksum(key);
    }

    private static string Checksum(string text)
    {
        var rest = Crc32(Encoding.ASCII.GetBytes(text));
        var digits = new char[ChecksumLength];
        for (var place = ChecksumLength - 1; place >= 0; place--, rest /= (uint)Base62.Length)
        {
            digits[place] = Base62[(int)(rest % (uint)Base62.Length)];
        }

        return new(digits);
    }

    /// <summary>CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320).</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}

internal static class DemoAccountExtensions
{
    /// <summary>Has Accounts create the account at its start when it is missing.</summary>
    internal static IResourceBuilder<T> WithDemoAccount<T>(this IResourceBuilder<T> accounts, DemoAccount demo) where T : IResourceWithEnvironment => accounts
        .WithEnvironment("Accounts__Demo__Email", demo.Email)
        .WithEnvironment("Accounts__Demo__Password", demo.Password)
        .WithEnvironment("Accounts__Demo__ApiKey", demo.ApiKey)
        .WithEnvironment("Accounts__Demo__TestKey", demo.TestKey)
        .WithEnvironment("Accounts__Demo__OperatorKey", demo.OperatorKey);
}
