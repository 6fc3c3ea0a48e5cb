namespace VideoGen.LocalServers;

/// <summary>The user that a server runs as which refuses to run as root.</summary>
internal sealed record UnprivilegedUser(string Name, int UserId, int GroupId)
{
    private static readonly string[] Candidates = ["postgres", "nobody"];

    /// <summary>Null unless this process is root: then everything runs as the present user.</summary>
    internal static UnprivilegedUser? Find()
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length >= 4).ToList();
        var fields = Candidates.Select(name => users.FirstOrDefault(user => user[0] == name)).FirstOrDefault(user => user is not null)
            ?? throw new LocalServerException(
                "PostgreSQL refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody' to run it as.");
        return new(fields[0], int.Parse(fields[2]), int.Parse(fields[3]));
    }

    /// <summary>
    /// setpriv's arguments that change to this user. Where a folder on the way is closed to others (<c>/root</c> is), the
    /// process keeps the one capability that lets it pass.
    /// </summary>
    internal IEnumerable<string> SetprivArguments(string folder)
    {
        yield return $"--reuid={UserId}";
        yield return $"--regid={GroupId}";
        yield return "--clear-groups";
        if (IsOpenToOthers(folder))
            yield break;
        var capability = Holds(DacReadSearch) ? "+dac_read_search" : "+dac_override";
        yield return $"--inh-caps={capability}";
        yield return $"--ambient-caps={capability}";
    }

    private const int DacReadSearch = 2;

    private static bool IsOpenToOthers(string folder)
    {
        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (!parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }

    private static bool Holds(int capability)
    {
        var effective = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return (Convert.ToUInt64(effective[7..].Trim(), 16) >> capability & 1) == 1;
    }
}
