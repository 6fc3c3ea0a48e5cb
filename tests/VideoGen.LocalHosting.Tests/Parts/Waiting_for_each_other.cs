using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using VideoGen.LocalHosting.Run;

namespace VideoGen.LocalHosting.Tests.Parts;

public sealed class Waiting_for_each_other
{
    [Test]
    public void Puts_every_part_behind_what_it_waits_for()
    {
        var (a, b, c) = (new ProjectResource("a"), new ProjectResource("b"), new ProjectResource("c"));
        var sorted = WaitOrder.Sort([new(a, [b]), new(b, [c]), new(c, [])]);
        Assert.That(sorted.Select(part => part.Resource.Name), Is.EqualTo(new[] { "c", "b", "a" }));
    }

    [Test]
    public void Keeps_the_order_of_the_drawing_otherwise()
    {
        var (a, b, c) = (new ProjectResource("a"), new ProjectResource("b"), new ProjectResource("c"));
        var sorted = WaitOrder.Sort([new(b, []), new(a, []), new(c, [])]);
        Assert.That(sorted.Select(part => part.Resource.Name), Is.EqualTo(new[] { "b", "a", "c" }));
    }

    [Test]
    public void Names_the_parts_that_wait_in_a_circle()
    {
        var (a, b, c) = (new ProjectResource("a"), new ProjectResource("b"), new ProjectResource("c"));
        var problem = Assert.Throws<DistributedApplicationException>(() => WaitOrder.Sort([new(a, [b]), new(b, [c]), new(c, [b])]));
        Assert.That(problem!.Message, Is.EqualTo("These wait for each other: b → c → b."));
    }
}
