using Aspire.Hosting;

namespace VideoGen.LocalHosting.Run;

/// <summary>Puts every part behind those it waits for, otherwise in the order of the drawing.</summary>
internal static class WaitOrder
{
    internal static IReadOnlyList<Part> Sort(IReadOnlyList<Part> parts)
    {
        var byResource = parts.ToDictionary(part => part.Resource);
        var sorted = new List<Part>();
        var open = new Stack<Part>();
        foreach (var part in parts)
        {
            Visit(part);
        }

        return sorted;

        void Visit(Part part)
        {
            if (sorted.Contains(part))
                return;
            if (open.Contains(part))
            {
                var circle = open.Reverse().SkipWhile(other => other != part).Append(part).Select(other => other.Resource.Name);
                throw new DistributedApplicationException($"These wait for each other: {string.Join(" → ", circle)}.");
            }

            open.Push(part);
            foreach (var dependency in part.WaitsFor)
            {
                Visit(byResource[dependency]);
            }

            open.Pop();
            sorted.Add(part);
        }
    }
}
