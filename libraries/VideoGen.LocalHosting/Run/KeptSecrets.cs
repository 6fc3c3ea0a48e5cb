using System.Security.Cryptography;
using System.Text.Json;

namespace VideoGen.LocalHosting.Run;

/// <summary>Secrets that were generated once: the first run makes them, later ones read them (file mode 0600).</summary>
internal sealed class KeptSecrets
{
    private const int Length = 48;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _file;
    private readonly Dictionary<string, string> _secrets;

    internal KeptSecrets(string file)
    {
        _file = file;
        _secrets = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : [];
    }

    /// <summary>The secret of that name: letters and digits only, so that it fits into any connection string; 285 bits.</summary>
    internal string Get(string name)
    {
        if (_secrets.TryGetValue(name, out var known))
            return known;
        var made = RandomNumberGenerator.GetString(Alphabet, Length);
        _secrets[name] = made;
        AtomicFile.Write(_file, JsonSerializer.Serialize(_secrets, Indented));
        return made;
    }
}
