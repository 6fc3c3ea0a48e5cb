using System.Collections.Concurrent;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>The files that loaded models of the simulator have in this process's memory.</summary>
internal sealed class WarmSamples
{
    readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, byte[]>> _byModel = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Models => [.. _byModel.Keys];

    /// <param name="files">By their paths below the work folder.</param>
    /// <returns>Bytes held.</returns>
    public long Hold(string model, IReadOnlyDictionary<string, byte[]> files)
    {
        _byModel[model] = files;
        return Sum(files);
    }

    /// <returns>Bytes let go.</returns>
    public long Release(string model) => _byModel.TryRemove(model, out var files) ? Sum(files) : 0;

    /// <summary>A file's bytes, when a loaded model has it.</summary>
    public byte[]? Find(string path)
    {
        foreach (var files in _byModel.Values)
            if (files.TryGetValue(path, out var bytes)) return bytes;
        return null;
    }

    static long Sum(IReadOnlyDictionary<string, byte[]> files) => files.Values.Sum(bytes => (long)bytes.Length);
}
