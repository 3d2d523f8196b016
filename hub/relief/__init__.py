"""Relief (扶贫监督): funds, projects and who was helped; its lists, its look-up, its pages."""
